"""Runs as experiments record them: studies, kept models, and models scored on the test rows."""

from typing import Any

from catalog.recorded_runs import MODEL_FILES, TUNING
from fakes.promotions.candidates import run_in
from foundation.tracking.writer import TrackedRun, Tracking

DATA = "d" * 64
MODEL = {f"{MODEL_FILES}model.json": b"{}"}


def study(minute: int = 0, score: float | None = 0.8, data: str = DATA, **changed: Any) -> Any:
    """A run as a study leaves it, without the work."""
    tags = {"kind": "study", "data_digest": data, "study": changed.pop("study", f"study {minute}")}
    metrics = {} if score is None else {"average_precision": score, "trials_complete": 7.0}
    facts = {"tags": tags, "metrics": metrics, "name": tags["study"]} | changed
    return run_in(TUNING, minute, **facts)


def kept(tracking: Tracking, run: TrackedRun) -> str:
    return tracking.log(run, MODEL)


def scored_on_test(minute: int, score: float, **tags: str) -> TrackedRun:
    """A run of any experiment whose model was scored on the test rows."""
    recorded = {"data_digest": DATA} | tags
    return run_in("any", minute, tags=recorded, metrics={"test_average_precision": score})
