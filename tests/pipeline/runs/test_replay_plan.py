"""A replay starts from copies of finished stages, or is refused."""

import pytest

from fakes.tiny.project import BUCKET, LEFT
from foundation.errors import InvalidParams, NotFound
from foundation.executions import read_plan
from pipeline.runs.replay_plan import replay_plan
from pipeline.runs.run import ExecutionSummary, replay, run_pipeline

ID = "tiny-1"


def statuses(summary: ExecutionSummary) -> list[str]:
    return [stage.status for stage in summary.stages]


def test_a_replay_copies_what_came_before_and_runs_the_rest_anew(make_project):
    project = make_project()
    project.plan(ID)
    project.finish_make(ID)
    project.finish_double(ID)
    before = project.left(ID)

    summary = replay(
        ID, "double", project.runner, overrides={"double": {"factor": 10}}, new_execution_id="again"
    )

    assert statuses(summary) == ["finished earlier", "finished"]
    assert summary.stages[1].result == {"total": 15.0}
    plan = read_plan("again", project.store, project.runner.session.settings)
    assert (plan.replay_of, plan.replayed_from) == (ID, "double")
    assert project.left("again")["make/numbers.json"] == LEFT["make/numbers.json"]
    assert project.left(ID) == before
    assert [stage.status for stage in project.detail("again").stages] == ["copied", "finished"]


def test_a_replay_that_was_killed_while_it_copied_is_resumed(make_project):
    project = make_project()
    project.plan(ID)
    project.finish_make(ID)
    plan = replay_plan(
        read_plan(ID, project.store, project.runner.session.settings), "double", project.runner, {}
    ).model_copy(update={"execution_id": "again"})
    project.store.write(BUCKET, "executions/again/execution.json", plan.to_json())

    summary = run_pipeline("tiny", project.runner, execution_id="again")

    assert summary.stages[1].result == {"total": 3.0}
    assert project.left("again") == LEFT


def test_a_replay_refuses_what_it_cannot_do(make_project):
    project = make_project()
    project.plan(ID)
    keys = project.store.keys(BUCKET, "")

    with pytest.raises(NotFound, match=r"Stage make .* never finished"):
        replay(ID, "double", project.runner)
    with pytest.raises(InvalidParams, match=r"no stage 'duoble'; did you mean double\?"):
        replay(ID, "duoble", project.runner)
    with pytest.raises(InvalidParams, match="its output is copied"):
        replay(ID, "double", project.runner, overrides={"make": {"count": 9}})
    with pytest.raises(NotFound, match="There is no execution nothing"):
        replay("nothing", "double", project.runner)
    assert project.store.keys(BUCKET, "") == keys
