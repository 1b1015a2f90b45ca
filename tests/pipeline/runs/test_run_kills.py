"""Running pipelines whose kernels and runners are killed. Each kernel costs about a second."""

import signal
import subprocess
import sys

import pytest

from fakes.processes.patience import PATIENCE_SECONDS, wait_until
from fakes.tiny.project import BUCKET, LEFT, TESTS, Project
from foundation.locations import execution_lease_prefix
from foundation.stores.lease import hold_lease
from pipeline.notebooks.events import StageSkipped
from pipeline.runs.run import run_pipeline, run_stage
from pipeline.runs.stage_run import StageFailed

ID = "tiny-1"
KILL = "import os\nfrom fakes.tiny.sabotage import once\nif once('kill'): os.kill(os.getpid(), 9)"
SLEEP = "import time\nfrom fakes.tiny.sabotage import once\nif once('sleep'): time.sleep(3600)"
RUNNER = f"""
import sys
from pathlib import Path
from fakes.ports.directory_store import DirectoryStore
from fakes.tiny.project import Project
from pipeline.runs.run import run_pipeline
from pipeline.runs.stage_run import ExecutionInterrupted

root = Path(sys.argv[1])
try:
    run_pipeline("tiny", Project(root, DirectoryStore(root / "store")).runner, execution_id="{ID}")
except ExecutionInterrupted as stop:
    sys.exit(str(stop))
"""


def start_runner(project: Project) -> "subprocess.Popen[bytes]":
    """Start a runner of its own process, and wait until its notebook sleeps."""
    command = [sys.executable, "-c", RUNNER, str(project.root)]
    runner = subprocess.Popen(command, cwd=TESTS, stderr=subprocess.PIPE)
    wait_until((project.store.root / "did-sleep").exists)
    wait_until(lambda: is_recorded_in_cell(4, project))
    return runner


def is_recorded_in_cell(number: int, project: Project) -> bool:
    cells = project.record(ID, "double").cells
    return any(cell.number == number and cell.status == "running" for cell in cells)


@pytest.mark.parametrize("cell", [None, 1, 3, 4, 5])
def test_a_kernel_killed_anywhere_is_recorded_and_resumed_to_the_same_end(make_project, cell):
    project = make_project({("make", cell): KILL} if cell else None)
    if cell is None:
        (project.root / "site" / "sitecustomize.py").write_text(KILL)

    if cell == 5:  # its output was there already: the stage has finished
        summary = run_stage("tiny/make", ID, project.runner)
        assert "its notebook did not complete" in summary.warning
    else:
        with pytest.raises(StageFailed, match="the kernel was killed"):
            run_stage("tiny/make", ID, project.runner)
        summary = run_stage("tiny/make", ID, project.runner)

    assert summary.result == {"made": 3}
    assert project.left(ID) == {"make/numbers.json": LEFT["make/numbers.json"]}
    killed = project.record(ID, "make", "record.json" if cell == 5 else "record-1.json")
    assert killed.failure.cause == "signal"
    assert killed.failure.cell == cell
    expected = {
        None: ["pending"] * 5,
        1: ["failed", "pending", "pending", "pending", "pending"],
        3: ["completed", "completed", "failed", "pending", "pending"],
        4: ["completed", "completed", "completed", "failed", "pending"],
        5: ["completed", "completed", "completed", "completed", "failed"],
    }
    assert [c.status for c in killed.cells] == expected[cell]


def test_a_runner_that_is_killed_leaves_the_truth_and_is_resumed(make_project):
    project = make_project({("double", 4): SLEEP})
    project.plan(ID)
    project.finish_make(ID)
    runner = start_runner(project)
    assert project.detail(ID).status == "running"

    runner.kill()
    runner.communicate()

    left = project.record(ID, "double")
    assert (left.status, left.pid) == ("running", runner.pid)
    assert [c.status for c in left.cells] == ["completed"] * 3 + ["running", "pending"]
    stopped = project.detail(ID)
    assert (stopped.status, stopped.stopped_at) == ("interrupted", "double")

    summary = run_pipeline("tiny", project.runner, execution_id=ID)

    assert [stage.status for stage in summary.stages] == ["finished earlier", "finished"]
    assert project.stages_told(StageSkipped) == ["make"]
    assert project.left(ID) == LEFT
    assert project.record(ID, "double", "record-1.json").failure.error == "RunnerGone"


def test_ctrl_c_stops_the_pipeline_says_how_to_resume_and_lets_go(make_project):
    project = make_project({("double", 4): SLEEP})
    project.plan(ID)
    project.finish_make(ID)
    runner = start_runner(project)

    runner.send_signal(signal.SIGINT)
    _, said = runner.communicate(timeout=PATIENCE_SECONDS)

    assert f"ceap run tiny --execution-id {ID}".encode() in said
    record = project.record(ID, "double")
    assert (record.status, record.failure.cell) == ("interrupted", 4)
    assert project.detail(ID).status == "interrupted"
    with hold_lease(project.store, BUCKET, execution_lease_prefix(ID), what=ID) as lease:
        lease.require_held()
