"""Running pipelines whose kernels and runners are killed. Each kernel costs about a second."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fakes.patience import PATIENCE_SECONDS, wait_until
from fakes.tiny.project import BUCKET, LEFT, TESTS, Project, tiny_project
from foundation.locations import execution_lease_prefix
from foundation.stores.lease import hold_lease
from pipeline.notebooks.events import StageRetried, StageSkipped
from pipeline.runs.run import run_pipeline, run_stage
from pipeline.runs.stage_run import StageFailed

ID = "tiny-1"
KILL = "import os\nfrom fakes.tiny.sabotage import once\nif once('kill'): os.kill(os.getpid(), 9)"
SLEEP = "import time\nfrom fakes.tiny.sabotage import once\nif once('sleep'): time.sleep(3600)"
EAT = "import time\nfrom fakes.tiny.sabotage import once\n" + (
    "if once('eat'): food = b'x' * 10**9; time.sleep(3600)"
)
FULL = "from fakes.tiny.sabotage import once\nif once('full'): raise MemoryError"
RUNNER = f"""
import sys
from pathlib import Path
from fakes.directory_store import DirectoryStore
from fakes.tiny.project import Project
from pipeline.runs.run import run_pipeline
from pipeline.runs.stage_run import ExecutionInterrupted

root = Path(sys.argv[1])
try:
    run_pipeline("tiny", Project(root, DirectoryStore(root / "store")).runner, execution_id="{ID}")
except ExecutionInterrupted as stop:
    sys.exit(str(stop))
"""


@pytest.fixture
def make_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Make a project with traps in its notebooks: (stage, cell) → code."""
    monkeypatch.setenv("CEAP_PROJECT", str(tmp_path))
    return lambda traps=None: tiny_project(tmp_path, traps)


def start_runner(project: Project) -> "subprocess.Popen[bytes]":
    """Start a runner of its own process, and wait until its notebook sleeps."""
    command = [sys.executable, "-c", RUNNER, str(project.root)]
    runner = subprocess.Popen(command, cwd=TESTS, stderr=subprocess.PIPE)
    wait_until((project.store.root / "did-sleep").exists)
    wait_until(lambda: any(c.status == "running" for c in project.record(ID, "double").cells))
    return runner


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


def test_a_killed_kernel_is_tried_again_by_the_rules(make_project):
    project = make_project({("make", 4): KILL})
    project.write_rules(attempts=2)

    summary = run_stage("tiny/make", ID, project.runner)

    assert summary.attempts == 2
    assert project.stages_told(StageRetried) == ["make"]
    assert project.record(ID, "make", "record-1.json").failure.signal == 9
    assert project.store.exists(BUCKET, f"executions/{ID}/make/notebook-1.ipynb")


@pytest.mark.parametrize(
    "refusal",
    [
        "from foundation.errors import GateFailed; raise GateFailed('below the bar')",
        "raise MemoryError",
    ],
)
def test_what_will_not_pass_is_not_tried_again(make_project, refusal):
    project = make_project({("make", 4): refusal})
    project.write_rules(attempts=3)

    with pytest.raises(StageFailed):
        run_stage("tiny/make", ID, project.runner)

    assert project.stages_told(StageRetried) == []
    assert project.record(ID, "make").attempt == 1


@pytest.mark.parametrize(
    ("trap", "rules", "told"),
    [
        (SLEEP, {"timeout_seconds": "short"}, r"out of time in cell 4: .* longer than its \d+ s"),
        (EAT, {"memory_limit_mb": 400}, r"out of memory in cell 4: .* more than its 400 MB"),
        (FULL, {}, "out of memory in cell 4: MemoryError"),
    ],
    ids=["time-out", "memory limit", "no memory left"],
)
def test_a_stage_stopped_at_its_limits_is_recorded_and_resumed_to_the_same_end(
    make_project, trap, rules, told, short_limit
):
    rules = {name: short_limit if value == "short" else value for name, value in rules.items()}
    project = make_project({("double", 4): trap})
    project.plan(ID)
    project.finish_make(ID)
    project.write_rules(**rules)

    with pytest.raises(StageFailed, match=told):
        run_pipeline("tiny", project.runner, execution_id=ID)
    project.write_rules()
    summary = run_pipeline("tiny", project.runner, execution_id=ID)

    stopped = project.record(ID, "double", "record-1.json")
    assert (stopped.status, stopped.failure.cell) == ("failed", 4)
    assert [c.status for c in stopped.cells] == ["completed"] * 3 + ["failed", "pending"]
    assert [stage.status for stage in summary.stages] == ["finished earlier", "finished"]
    assert project.left(ID) == LEFT


def test_a_notebook_that_leaves_no_output_has_failed(make_project):
    project = make_project({("make", 4): "raise SystemExit(0)"})
    project.write_rules(attempts=2)

    with pytest.raises(StageFailed, match=r"without finishing its stage: there is no output\.json"):
        run_stage("tiny/make", ID, project.runner)

    assert project.record(ID, "make").status == "failed"
    assert project.stages_told(StageRetried) == []


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
