"""History: statuses of executions and stages, by plan, lease and records."""

import json
from pathlib import Path

import pytest

from fakes.tiny.project import BUCKET, TINY, Project, tiny_project
from foundation import locations
from foundation.errors import InvalidParams, NotFound
from foundation.executions import ExecutionPlan
from foundation.stores.lease import hold_lease
from pipeline.notebooks.events import CellStarted
from pipeline.notebooks.run_record import Failure, RunRecord, new_record, with_end, with_event
from pipeline.runs.history import ExecutionDetail, executions, read_executed_notebook


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("CEAP_PROJECT", str(tmp_path))
    project = tiny_project(tmp_path)
    project.plan("one")
    return project


def leave_record(project: Project, record: RunRecord, file: str = "record.json") -> None:
    project.store.write(BUCKET, locations.stage_key("one", "make", file), record.to_json())


def running() -> RunRecord:
    return with_event(new_record(TINY[0].notebook, {}, 1), CellStarted(1, 4, "Parameters"))


def listed(project: Project, **more: int) -> list[ExecutionDetail]:
    runner = project.runner
    return executions(
        runner.session.objects, runner.session.settings, pipelines=runner.pipelines, **more
    )


def test_an_execution_whose_runner_lives_is_running(project):
    leave_record(project, running())
    with hold_lease(
        project.store, BUCKET, locations.execution_lease_prefix("one"), what="Execution one"
    ):
        detail = project.detail("one")
    assert detail.status == "running"
    assert [stage.status for stage in detail.stages] == ["running", "pending"]
    assert detail.ended_at is None


def test_an_execution_whose_runner_is_gone_was_interrupted(project):
    leave_record(project, running())
    detail = project.detail("one")
    assert (detail.status, detail.stopped_at) == ("interrupted", "make")
    assert detail.stages[0].status == "interrupted"


def test_a_failed_execution_names_its_stage_and_keeps_every_attempt(project):
    failure = Failure(cause="error", error="ValueError", message="no", cell=1)
    first = with_end(running(), failure)
    leave_record(project, first, "record-1.json")
    leave_record(project, first.model_copy(update={"attempt": 2}))

    detail = project.detail("one")

    assert (detail.status, detail.stopped_at) == ("failed", "make")
    assert [record.attempt for record in detail.stages[0].records] == [1, 2]


def test_a_finished_execution_has_all_outputs(project):
    project.finish_make("one")
    project.finish_double("one")
    detail = project.detail("one")
    assert (detail.status, detail.stopped_at) == ("finished", None)
    assert detail.seconds > 0
    outputs = [stage.output for stage in detail.stages]
    assert [output.result for output in outputs if output] == [{"made": 3}, {"total": 3.0}]


def older_plan(project: Project) -> None:
    """Leave the plan of an execution as it was written before requests were recorded."""
    key = locations.execution_key("one")
    plan = json.loads(project.store.read(BUCKET, key))
    del plan["requested"]
    project.store.write(BUCKET, key, json.dumps(plan).encode())


def request(project: Project, *stages: str) -> None:
    key = locations.execution_key("one")
    plan = ExecutionPlan.model_validate_json(project.store.read(BUCKET, key))
    kept = plan.model_copy(update={"requested": list(stages)})
    project.store.write(BUCKET, key, kept.to_json())


def test_one_stage_that_was_run_alone_and_finished_is_a_finished_execution(project):
    request(project, "make")
    assert project.detail("one").status == "interrupted"
    project.finish_make("one")
    detail = project.detail("one")
    assert (detail.status, detail.stopped_at) == ("finished", None)
    assert (detail.requested, detail.not_requested) == (["make"], ["double"])
    assert detail.resume_commands == []


def test_one_stage_that_failed_is_resumed_alone_and_a_pipeline_whole(project):
    failure = Failure(cause="error", error="ValueError", message="no", cell=1)
    leave_record(project, with_end(running(), failure))
    assert project.detail("one").resume_commands == ["ceap run tiny --execution-id one"]
    request(project, "make")
    assert project.detail("one").resume_commands == ["ceap stage tiny/make --execution-id one"]


def test_a_stage_that_began_counts_as_requested(project):
    request(project, "make")
    project.finish_make("one")
    record = running().model_copy(update={"status": "failed"})
    project.store.write(BUCKET, locations.stage_key("one", "double", "record.json"),
                        record.to_json())  # fmt: skip
    assert (project.detail("one").status, project.detail("one").stopped_at) == ("failed", "double")


def test_an_older_execution_all_of_whose_stages_that_began_finished_is_finished(project):
    older_plan(project)
    assert project.detail("one").status == "interrupted"
    project.finish_make("one")
    assert (project.detail("one").status, project.detail("one").requested) == ("finished", ["make"])


def test_an_older_execution_that_failed_is_resumed_as_a_pipeline_where_stages_need_each_other(
    project,
):
    older_plan(project)
    failure = Failure(cause="error", error="ValueError", message="no", cell=1)
    leave_record(project, with_end(running(), failure))
    assert project.detail("one").resume_commands == ["ceap run tiny --execution-id one"]


def test_the_newest_are_listed_first_up_to_the_limit(project):
    project.plan("two")
    project.plan("three")
    assert [e.plan.execution_id for e in listed(project)] == ["three", "two", "one"]
    assert [e.plan.execution_id for e in listed(project, limit=2)] == ["three", "two"]


def test_what_notebooks_left_by_hand_is_no_execution(project):
    project.store.write(BUCKET, locations.stage_output_key("interactive", "make"), b"{}")
    assert [e.plan.execution_id for e in listed(project)] == ["one"]


def test_an_execution_that_does_not_exist_is_not_found(project):
    with pytest.raises(NotFound, match="There is no execution four"):
        project.detail("four")


def test_the_executed_notebook_is_found_where_the_detail_says(project):
    project.store.write(BUCKET, locations.stage_key("one", "make", "notebook.ipynb"), b"{}")
    runner = project.runner
    place = runner.session.objects, runner.session.settings
    assert read_executed_notebook("one", "make", *place, pipelines=runner.pipelines) == b"{}"
    assert project.detail("one").stages[0].notebook_uri == (
        f"s3://{BUCKET}/executions/one/make/notebook.ipynb"
    )


@pytest.mark.parametrize(
    ("stage", "kind", "told"),
    [("double", NotFound, "has no executed notebook yet"), ("mkae", InvalidParams, "tiny/make")],
)
def test_a_notebook_that_is_not_there_says_whether_it_will_be(project, stage, kind, told):
    runner = project.runner
    place = runner.session.objects, runner.session.settings
    with pytest.raises(kind, match=told):
        read_executed_notebook("one", stage, *place, pipelines=runner.pipelines)
