"""Tracked runs: what is stored of a run comes back as it was."""

from fakes.studies.tracked_runs import RUN
from foundation.tracking.runs import TrackedRun


def test_a_run_told_as_json_is_the_run_that_was_told() -> None:
    run = RUN.model_copy(update={"metrics": {"cost": float("inf"), "recall": float("nan")}})
    again = TrackedRun.model_validate_json(run.to_json())
    assert repr(again.metrics) == repr(run.metrics)
    assert again.model_copy(update={"metrics": {}}) == run.model_copy(update={"metrics": {}})
