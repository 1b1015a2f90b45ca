"""Recorded runs: a comparison, a study with its trials and a training, in any tracking server."""

from datetime import UTC, datetime, timedelta
from typing import Any

from foundation.tracking.runs import TrackedRun, Tracking

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DIGEST = "ab12" * 16
SCORES = {"xgboost": 0.8, "random_forest": 0.7, "logistic_regression": 0.6}


def record_runs(tracking: Tracking) -> dict[str, str]:
    """A comparison, an older study with trials, and a training; their run ids by their names."""
    ids = {}

    def log(name: str, day: int, **facts: Any) -> str:
        start = NOON + timedelta(days=day)
        run = TrackedRun(
            **{
                "experiment": "comparisons", "name": name, "started_at": start, "params": {},
                "finished_at": start + timedelta(seconds=90), "tags": {}, "metrics": {}, **facts,
            }
        )  # fmt: skip
        ids[name] = tracking.log(run, {})
        return ids[name]

    study = log("study", -9, experiment="tuning", tags={"kind": "study"})
    for n in range(3):
        log(
            f"trial {n}", -9, experiment="tuning", parent_run_id=study, tags={"kind": "trial"},
            params={"max_depth": str(n), "seconds": "3"}, metrics={"average_precision": 0.5 + n / 9,
            "brier": 0.01 * n, "seconds": 2.5}, status="failed" if n == 0 else "finished",
        )  # fmt: skip
    origin = {"data_digest": DIGEST, "git_commit": "c0ffee", "git_dirty": "true"}
    parent = log("comparison", 0, tags={"kind": "comparison", **origin})
    for name, score in SCORES.items():
        level = str(score > 0.65).lower()
        tags = {"kind": "algorithm", "algorithm": name, "indistinguishable": level, **origin}
        metrics = {
            "bytes": 1000.0, "recall": 0.5, "average_precision_high": score + 0.1, "lift": 3.0,
            "average_precision": score, "average_precision_low": score - 0.1,
        }  # fmt: skip
        log(name, 0, parent_run_id=parent, tags=tags, metrics=metrics)
    log("broken", 0, parent_run_id=parent, tags={"kind": "algorithm"}, status="failed")
    log("training", 2, experiment="training", tags={"execution_id": "it's e-1"})
    return ids
