"""A stage is tried again by its rules where that can help, and fails with its cause where not."""

import pytest

from fakes.tiny.project import BUCKET, LEFT
from pipeline.notebooks.events import StageRetried
from pipeline.notebooks.run_record import Failure
from pipeline.runs.run import run_pipeline, run_stage
from pipeline.runs.stage_run import StageFailed, is_retryable

ID = "tiny-1"
KILL = "import os\nfrom fakes.tiny.sabotage import once\nif once('kill'): os.kill(os.getpid(), 9)"
SLEEP = "import time\nfrom fakes.tiny.sabotage import once\nif once('sleep'): time.sleep(3600)"
EAT = "import time\nfrom fakes.tiny.sabotage import once\n" + (
    "if once('eat'): food = b'x' * 10**9; time.sleep(3600)"
)
FULL = "from fakes.tiny.sabotage import once\nif once('full'): raise MemoryError"


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


@pytest.mark.parametrize(
    ("cause", "error", "may"),
    [
        ("signal", "KernelKilled", True),
        ("timeout", "StageTimedOut", True),
        ("error", "Unavailable", True),
        ("error", "GateFailed", False),
        ("error", "NoOutput", False),
        ("out_of_memory", "MemoryError", False),
        ("interrupted", "Interrupted", False),
    ],
)
def test_only_what_may_pass_is_worth_another_attempt(cause, error, may):
    assert is_retryable(Failure(cause=cause, error=error, message="")) is may
