"""Threshold of a day: the model that scored it names it, and the plan who overrides it."""

from datetime import UTC, datetime
from typing import Any

from fakes.data.scored_day import DAY, open_day, scored_day, scored_table
from fakes.ports.object_store import FakeObjectStore
from foundation import locations
from foundation.executions import Execution, ExecutionPlan
from pipeline.inference.scored import ScoreOutput
from pipeline.inference.threshold import planned_override, threshold_of_day


def planned(**parameters: dict[str, Any]) -> Execution:
    """An execution with a plan that has these parameters."""
    objects = FakeObjectStore()
    execution = open_day(objects)
    plan = ExecutionPlan(
        execution_id=execution.id, pipeline="inference", day=DAY, parameters=parameters,
        created_at=datetime(2026, 11, 22, tzinfo=UTC), git_commit=None,
    )  # fmt: skip
    key = locations.execution_key(execution.id)
    objects.write(execution.settings.workflow_bucket, key, plan.to_json())
    return execution


def test_the_threshold_is_that_of_the_model_that_scored_the_day():
    execution = scored_day(FakeObjectStore(), scored_table([0.1]), threshold=0.37)
    scored = execution.result("score", ScoreOutput)
    assert threshold_of_day(scored, None).value == 0.37
    assert threshold_of_day(scored, 0.8).value == 0.8
    assert threshold_of_day(scored, 0.8).model == 0.37


def test_the_plan_of_the_execution_says_whether_a_person_overrides_it():
    assert planned_override(planned(alert={"threshold": 0.8})) == 0.8
    assert planned_override(planned(alert={"threshold": None})) is None
    assert planned_override(planned(store={})) is None


def test_without_a_plan_alert_yaml_says_so(tmp_path, monkeypatch):
    assert planned_override(open_day(FakeObjectStore())) is None
    file = tmp_path / "params" / "inference" / "alert.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("threshold: 0.25\n")
    monkeypatch.setenv("CEAP_PROJECT", str(tmp_path))
    assert planned_override(open_day(FakeObjectStore())) == 0.25
