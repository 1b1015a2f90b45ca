"""Freezes: training is not begun, resumed or replayed; everything else runs and is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from fakes.settings import fake_settings
from fakes.tiny.project import BUCKET, Project, tiny_project
from foundation import locations
from foundation.errors import InvalidData
from foundation.executions import read_plan
from foundation.freezing import Freeze, Frozen
from pipeline.notebooks.events import FreezeFound, StageSkipped
from pipeline.order import in_order
from pipeline.runs.freezes import mind_freeze
from pipeline.runs.planning import Line
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


def line_of(project: Project, pipeline: str) -> Line:
    """The tiny pipeline under the name of a real one."""
    for folder in ("params", "notebooks"):
        (project.root / folder / "tiny").rename(project.root / folder / pipeline)
    key = locations.execution(ID)
    plan = read_plan(ID, project.store, project.line.settings)
    named = plan.model_copy(update={"pipeline": pipeline})
    project.store.write(BUCKET, key, named.to_json())
    stages = in_order(pipeline, "make", "double", package="fakes.tiny")
    return replace(project.line, pipelines={pipeline: stages})


BEGINNINGS: list[Callable[[Line], Any]] = [
    lambda line: run_pipeline("training", line),
    lambda line: run_pipeline("training", line, execution_id="new"),
    lambda line: run_pipeline("training", line, execution_id=ID),
    lambda line: run_stage("training/make", ID, line),
    lambda line: run_stage("training/double", ID, line),
    lambda line: replay(ID, "double", line),
]


@pytest.mark.parametrize("begin", BEGINNINGS)
def test_training_is_not_begun_resumed_or_replayed_and_nothing_is_left(project, begin):
    line = line_of(project, "training")
    before = project.store.keys(BUCKET, "")

    with pytest.raises(Frozen, match=r"was not begun: production is frozen by ana .*'audit'"):
        begin(line)

    assert project.store.keys(BUCKET, "") == before
    assert project.events == []


@pytest.mark.parametrize("pipeline", ["inference", "experiments"])
def test_other_pipelines_run_all_the_same_and_are_told(project, pipeline):
    line = line_of(project, pipeline)
    if pipeline == "inference":
        batch = locations.daily_batch(date(2026, 11, 24))
        project.store.write(line.settings.data_bucket, batch, b"[]")

    summary = run_pipeline(pipeline, line, execution_id=ID)

    assert [stage.result for stage in summary.stages] == [{"made": 3}, {"total": 3.0}]
    assert project.events[0] == FreezeFound(str(FREEZE))


def test_a_lifted_freeze_lets_training_go_on(project):
    line = line_of(project, "training")
    project.store.delete(CONFIG_BUCKET, locations.FREEZE)

    run_pipeline("training", line, execution_id=ID)

    assert project.stages_told(StageSkipped) == ["make", "double"]
    assert not [event for event in project.events if isinstance(event, FreezeFound)]


def test_training_waits_for_a_freeze_that_nobody_can_read_and_scoring_does_not(project):
    project.store.write(CONFIG_BUCKET, locations.FREEZE, b"torn")
    line = line_of(project, "training")
    with pytest.raises(InvalidData, match="nothing was begun"):
        run_pipeline("training", line, execution_id=ID)

    mind_freeze("inference", line, "Execution inference-1")
    assert project.events == []
