"""Threshold of a day: that of the model that scored the day, unless a person set another."""

from foundation import locations
from foundation.errors import NotFound
from foundation.executions import Execution, ExecutionPlan
from foundation.production.threshold_override import read_threshold_override
from fraud.scoring.decision_threshold import DecisionThreshold
from pipeline.inference.scored import ScoreOutput

ALERT = "alert"  # the stage whose parameter `threshold` overrides the models' own


def threshold_of_day(scored: ScoreOutput, override: float | None) -> DecisionThreshold:
    """Return the threshold of the model that scored the day, or `override` where it is set."""
    return DecisionThreshold(model=scored.threshold, override=override)


def planned_override(execution: Execution) -> float | None:
    """Return the threshold that the execution will alert by in place of the model's; or None.

    It is in the plan of the execution; without a plan (a notebook run by hand) in alert.yaml.
    """
    key = locations.execution_key(execution.id)
    try:
        data = execution.read(execution.settings.workflow_bucket, key)
    except NotFound:
        return read_threshold_override()
    planned = ExecutionPlan.model_validate_json(data).parameters.get(ALERT, {})
    override: float | None = planned.get("threshold")
    return override
