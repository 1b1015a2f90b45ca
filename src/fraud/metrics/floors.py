"""Floors: what a model needs on its data at least, and what it lacks."""

from collections.abc import Mapping

import numpy as np

from fraud.data.arrays import Labels
from fraud.data.floors import Floors
from fraud.metrics.estimates import Estimate
from fraud.metrics.formatting import interval
from fraud.metrics.names import metric_name

AVERAGE_PRECISION = "average_precision"


def floors_on(described: Floors, labels: Labels, *, times_guessing: float) -> dict[str, float]:
    """Return the minimum of each metric on rows with these labels, shape (n,).

    It is the one of the description, but an average precision is at least `least_precision`.
    """
    least = least_precision(labels, times_guessing=times_guessing)
    floors = described.by_metric
    return floors | {AVERAGE_PRECISION: max(floors.get(AVERAGE_PRECISION, 0.0), least)}


def least_precision(labels: Labels, *, times_guessing: float) -> float:
    """Return the average precision whose odds are so many times those of guessing.

    Guessing has the share of frauds. Odds hold for any share: three times 60 % is no precision.
    """
    share = float(np.mean(labels))
    return times_guessing * share / (1 - share + times_guessing * share)


def shortfalls(metrics: Mapping[str, Estimate], floors: Mapping[str, float]) -> list[str]:
    """Return a phrase with value and minimum for each metric below its minimum.

    A metric that is missing or NaN is below.
    """
    return [
        f"{metric_name(name)} is {_shown(metrics, name)}, needs {floor:.4g}"
        for name, floor in floors.items()
        if name not in metrics or not metrics[name].value >= floor
    ]


def _shown(metrics: Mapping[str, Estimate], name: str) -> str:
    return interval(metrics[name], 4) if name in metrics else "not measured"
