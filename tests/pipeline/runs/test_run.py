"""Running pipelines: plans, resumes, replays. Each stage that runs costs about a second."""

import pytest

from fakes.ports.directory_store import DirectoryStore
from fakes.tiny.project import BUCKET, LEFT, Project
from foundation.errors import InvalidData, InvalidParams, NotFound, Unavailable
from foundation.executions import read_plan
from foundation.locations import execution_lease_prefix
from foundation.stores.lease import Busy, hold_lease, owner_of
from pipeline.notebooks.events import StageFinished, StageStarted
from pipeline.runs.run import ExecutionSummary, run_pipeline, run_stage
from pipeline.runs.stage_run import StageFailed

ID = "tiny-1"


def statuses(summary: ExecutionSummary) -> list[str]:
    return [stage.status for stage in summary.stages]


def test_a_pipeline_runs_its_stages_and_leaves_plan_outputs_records_and_notebooks(make_project):
    project = make_project()

    summary = run_pipeline("tiny", project.runner, overrides={"make": {"count": 4}})

    assert summary.execution_id.startswith("tiny-20")
    assert [stage.result for stage in summary.stages] == [{"made": 4}, {"total": 6.0}]
    plan = read_plan(summary.execution_id, project.store, project.runner.session.settings)
    assert plan.parameters == {
        "make": {"count": 4, "step": 0.5, "label": None},
        "double": {"factor": 2},
    }
    keys = {
        key.split("/", 2)[2]
        for key in project.store.keys(BUCKET, f"executions/{summary.execution_id}/")
    }
    for stage in ("make", "double"):
        left = {"output.json", "record.json", "notebook.ipynb", "numbers.json"}
        assert {f"{stage}/{file}" for file in left} <= keys
    assert project.stages_told(StageFinished) == ["make", "double"]


def test_a_failed_stage_stops_the_pipeline_and_says_all_that_helps(make_project):
    project = make_project({("make", 4): "raise NameError('no such luck')"})

    with pytest.raises(StageFailed) as failure:
        run_pipeline("tiny", project.runner, execution_id=ID)

    text = str(failure.value)
    assert f"Stage make of execution {ID} failed: an error in cell 4: NameError" in text
    assert "no such luck" in text
    assert f"s3://{BUCKET}/executions/{ID}/make/notebook.ipynb" in text
    assert f"ceap run tiny --execution-id {ID}" in text
    assert project.stages_told(StageStarted) == ["make"]


def test_a_finished_execution_runs_nothing_again(make_project):
    project = make_project()
    project.plan(ID)
    project.finish_make(ID)
    project.finish_double(ID)

    summary = run_pipeline("tiny", project.runner, execution_id=ID)

    assert statuses(summary) == ["finished earlier"] * 2
    assert [stage.result for stage in summary.stages] == [{"made": 3}, {"total": 3.0}]
    assert project.stages_told(StageStarted) == []


def test_resuming_keeps_the_parameters_of_the_plan(make_project):
    project = make_project()
    project.plan(ID, double={"factor": 5})
    project.finish_make(ID)
    project.write_params("double", factor=9)

    summary = run_pipeline("tiny", project.runner, execution_id=ID)

    assert summary.stages[1].result == {"total": 7.5}


def test_resuming_with_other_overrides_is_refused_and_with_the_same_is_not(make_project):
    project = make_project()
    project.plan(ID, make={"count": 5})
    project.finish_make(ID)
    project.finish_double(ID)

    with pytest.raises(InvalidParams, match=r"make\.count is 5 in it, not 6") as refusal:
        run_pipeline("tiny", project.runner, execution_id=ID, overrides={"make": {"count": 6}})
    assert "start a new execution" in str(refusal.value)
    run_pipeline("tiny", project.runner, execution_id=ID, overrides={"make": {"count": 5}})


def test_two_runners_at_once_are_refused(make_project):
    project = make_project()
    held = hold_lease(project.store, BUCKET, execution_lease_prefix(ID), what="Execution tiny-1")
    with held, pytest.raises(Busy, match="Execution tiny-1 is being run by process"):
        run_pipeline("tiny", project.runner, execution_id=ID)


def test_stages_run_one_by_one_make_the_same_execution(make_project):
    project = make_project()
    with pytest.raises(NotFound, match="no execution tiny-1"):
        run_stage("tiny/double", ID, project.runner)

    first = run_stage("tiny/make", ID, project.runner, overrides={"make": {"count": 2}})
    again = run_stage("tiny/make", ID, project.runner)
    second = run_stage("tiny/double", ID, project.runner)

    assert first.result == again.result == {"made": 2}
    assert again.status == "finished earlier"
    assert second.result == {"total": 1.0}


def test_a_stage_ahead_of_an_unfinished_one_is_refused_with_the_way_to_run_that_one(make_project):
    project = make_project()
    project.plan(ID)
    with pytest.raises(InvalidData, match="needs what make has not finished") as refusal:
        run_stage("tiny/double", ID, project.runner)
    assert f"ceap stage tiny/make --execution-id {ID}" in str(refusal.value)


def test_a_stage_alone_is_resumed_alone_with_the_values_that_it_was_given(make_project):
    project = make_project({("make", 4): "raise NameError('no such luck')"})
    with pytest.raises(StageFailed) as failure:
        run_stage("tiny/make", ID, project.runner, overrides={"make": {"count": 5}})
    assert str(failure.value).endswith(f"\n  ceap stage tiny/make --execution-id {ID}")
    assert requested(project) == ["make"]

    project.write_notebooks({})
    assert run_stage("tiny/make", ID, project.runner).result == {"made": 5}
    assert project.detail(ID).status == "finished"


def test_what_is_requested_of_an_execution_grows_and_nothing_else_of_its_plan(make_project):
    project = make_project()
    run_stage("tiny/make", ID, project.runner)
    before = read_plan(ID, project.store, project.runner.session.settings)
    assert before.requested == ["make"]

    run_pipeline("tiny", project.runner, execution_id=ID)

    after = read_plan(ID, project.store, project.runner.session.settings)
    assert after == before.model_copy(update={"requested": ["make", "double"]})


def requested(project: Project) -> list[str] | None:
    return read_plan(ID, project.store, project.runner.session.settings).requested


def test_a_store_that_is_away_while_cells_run_does_not_stop_them(make_project):
    class Shaky(DirectoryStore):
        def write(self, bucket: str, key: str, data: bytes) -> None:
            if key.endswith("record.json") and b'"status": "running"' in data:
                raise Unavailable(key)
            super().write(bucket, key, data)

    project = make_project()
    project.store = Shaky(project.store.root)

    assert run_stage("tiny/make", ID, project.runner).result == {"made": 3}
    assert project.record(ID, "make").status == "completed"


def test_a_store_that_is_lost_says_how_to_go_on_and_what_finished_stands(make_project):
    class Lost(DirectoryStore):
        def write(self, bucket: str, key: str, data: bytes) -> None:
            if "/double/" in key or b'"is_released": true' in data:
                raise Unavailable(key)
            super().write(bucket, key, data)

    project = make_project()
    project.plan(ID)
    project.finish_make(ID)
    whole, project.store = project.store, Lost(project.store.root)

    with pytest.raises(Unavailable) as lost:
        run_pipeline("tiny", project.runner, execution_id=ID)

    assert f"Execution {ID} stopped, because the store that keeps it was lost" in str(lost.value)
    assert "What finished stands" in str(lost.value)
    assert f"ceap run tiny --execution-id {ID}" in str(lost.value)
    assert project.left(ID) == LEFT
    owner = owner_of(whole, BUCKET, execution_lease_prefix(ID))
    assert owner is not None
    assert not owner.is_released  # it could not be told; its process will be gone, or be silent
