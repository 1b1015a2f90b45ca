"""Tracked runs for tests: one whole run, and others made from it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from foundation.tracking.runs import TrackedRun

RUN = TrackedRun(
    experiment="training",
    name="xgboost abcdef",
    started_at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
    finished_at=datetime(2026, 11, 21, 9, 31, tzinfo=UTC),
    params={"algorithm": "xgboost", "max_depth": "6"},
    tags={"execution_id": "e-1", "git_commit": "c0ffee", "notebook": "training/2_train.ipynb"},
    metrics={"validation_recall": 0.75},
    curves={"validation_average_precision": [0.5, 0.7, 0.8]},
)


def run_of(experiment: str, name: str = "a run", **changed: Any) -> TrackedRun:
    return RUN.model_copy(update={"experiment": experiment, "name": name, **changed})


def at(minute: int) -> dict[str, datetime]:
    """When a run of ten seconds took place."""
    start = datetime(2026, 11, 22, 12, minute, tzinfo=UTC)
    return {"started_at": start, "finished_at": start + timedelta(seconds=10)}
