"""Freezes: training is not begun, resumed or replayed; everything else runs with a warning."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from fakes.ports.settings import fake_settings
from fakes.tiny.project import BUCKET, Project, tiny_project
from foundation import locations
from foundation.errors import InvalidData
from foundation.executions import read_plan
from foundation.production.freeze import Freeze, Frozen
from pipeline.notebooks.events import Event, FreezeFound, StageRetried, StageSkipped, StageStarted
from pipeline.order import numbered_stages
from pipeline.runs.freezes import check_freeze
from pipeline.runs.planning import Runner
from pipeline.runs.run import replay, run_pipeline, run_stage

ID = "training-1"
FREEZE = Freeze(reason="audit", by="ana", at=datetime(2026, 11, 25, tzinfo=UTC))
CONFIG_BUCKET = fake_settings().config_bucket


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project of which one execution finished before production was frozen."""
    monkeypatch.setenv("CEAP_PROJECT", str(tmp_path))
    project = tiny_project(tmp_path)
    project.plan(ID)
    project.finish_make(ID)
    project.finish_double(ID)
    project.store.write(CONFIG_BUCKET, locations.FREEZE, FREEZE.to_json())
    return project


def runner_of(project: Project, pipeline: str) -> Runner:
    """The tiny pipeline under the name of a real one."""
    for folder in ("params", "notebooks"):
        (project.root / folder / "tiny").rename(project.root / folder / pipeline)
    key = locations.execution_key(ID)
    plan = read_plan(ID, project.store, project.runner.session.settings)
    named = plan.model_copy(update={"pipeline": pipeline})
    project.store.write(BUCKET, key, named.to_json())
    stages = numbered_stages(pipeline, "make", "double", package="fakes.tiny")
    return replace(project.runner, pipelines={pipeline: stages})


def freezing_at(runner: Runner, moment: type[Event]) -> Runner:
    """A runner with which somebody freezes production as soon as this happens."""

    def on_event(event: Event) -> None:
        runner.on_event(event)
        if isinstance(event, moment):
            runner.session.objects.write(CONFIG_BUCKET, locations.FREEZE, FREEZE.to_json())

    return replace(runner, on_event=on_event)


BEGINNINGS: list[Callable[[Runner], Any]] = [
    lambda runner: run_pipeline("training", runner),
    lambda runner: run_pipeline("training", runner, execution_id="new"),
    lambda runner: run_pipeline("training", runner, execution_id=ID),
    lambda runner: run_stage("training/make", ID, runner),
    lambda runner: run_stage("training/double", ID, runner),
    lambda runner: replay(ID, "double", runner),
]


@pytest.mark.parametrize("begin", BEGINNINGS)
def test_training_is_not_begun_resumed_or_replayed_and_nothing_is_left(project, begin):
    runner = runner_of(project, "training")
    before = project.store.keys(BUCKET, "")

    with pytest.raises(Frozen, match=r"was not begun: production is frozen by ana .*'audit'"):
        begin(runner)

    assert project.store.keys(BUCKET, "") == before
    assert project.events == []


@pytest.mark.parametrize("pipeline", ["inference", "experiments"])
def test_other_pipelines_run_all_the_same_and_are_told(project, pipeline):
    runner = runner_of(project, pipeline)
    if pipeline == "inference":
        batch = locations.daily_batch_key(date(2026, 11, 24))
        project.store.write(runner.session.settings.data_bucket, batch, b"[]")

    summary = run_pipeline(pipeline, runner, execution_id=ID)

    assert [stage.result for stage in summary.stages] == [{"made": 3}, {"total": 3.0}]
    assert project.events[0] == FreezeFound(str(FREEZE))


def test_a_lifted_freeze_lets_training_go_on(project):
    runner = runner_of(project, "training")
    project.store.delete(CONFIG_BUCKET, locations.FREEZE)

    run_pipeline("training", runner, execution_id=ID)

    assert project.stages_told(StageSkipped) == ["make", "double"]
    assert not [event for event in project.events if isinstance(event, FreezeFound)]


def test_training_waits_for_a_freeze_that_nobody_can_read_and_scoring_does_not(project):
    project.store.write(CONFIG_BUCKET, locations.FREEZE, b"torn")
    runner = runner_of(project, "training")
    with pytest.raises(InvalidData, match="nothing was begun"):
        run_pipeline("training", runner, execution_id=ID)

    check_freeze("inference", runner, "Execution inference-1")
    assert project.events == []


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Project]:
    """A project of which one execution was planned, with traps in its notebooks."""
    monkeypatch.setenv("CEAP_PROJECT", str(tmp_path))

    def make(traps: Any = None, **rules: object) -> Project:
        project = tiny_project(tmp_path, traps)
        project.write_rules(**rules)
        project.plan(ID)
        return project

    return make


def test_a_freeze_in_the_middle_of_a_training_lets_its_stage_end_and_begins_no_other(begun):
    project = begun()
    runner = runner_of(project, "training")

    with pytest.raises(Frozen) as refusal:
        run_pipeline("training", freezing_at(runner, StageStarted), execution_id=ID)

    assert project.stages_told(StageStarted) == ["make"]
    assert list(project.left(ID)) == ["make/numbers.json"]
    for told in (
        f"Stage double of execution {ID} was not begun: production is frozen by ana",
        "ceap promotion lift",
        f"ceap run training --execution-id {ID}",
    ):
        assert told in str(refusal.value)

    project.store.delete(CONFIG_BUCKET, locations.FREEZE)
    summary = run_pipeline("training", runner, execution_id=ID)
    assert [stage.status for stage in summary.stages] == ["finished earlier", "finished"]


def test_a_stage_that_failed_is_not_tried_again_in_a_freeze(begun):
    project = begun({("make", 4): "raise TimeoutError"}, attempts=2)
    runner = freezing_at(runner_of(project, "training"), StageRetried)

    with pytest.raises(Frozen, match="Stage make of execution"):
        run_pipeline("training", runner, execution_id=ID)

    assert project.stages_told(StageStarted) == ["make"]


def test_a_freeze_that_nobody_can_read_stops_a_training_in_its_middle_as_well(begun):
    project = begun()
    project.finish_make(ID)
    runner = runner_of(project, "training")

    def tear(event: Event) -> None:
        if isinstance(event, StageSkipped):
            runner.session.objects.write(CONFIG_BUCKET, locations.FREEZE, b"torn")

    with pytest.raises(Frozen, match="not a freeze as this version writes it"):
        run_pipeline("training", replace(runner, on_event=tear), execution_id=ID)


def test_other_pipelines_go_on_when_production_is_frozen_in_their_middle(begun):
    project = begun()
    project.finish_make(ID)
    runner = freezing_at(runner_of(project, "experiments"), StageSkipped)

    summary = run_pipeline("experiments", runner, execution_id=ID)

    assert [stage.result for stage in summary.stages] == [{"made": 3}, {"total": 3.0}]
