"""Curve points: the curves of a set of scores as a few hundred numbers, for JSON."""

from typing import Any

import numpy as np
import numpy.typing as npt

from fraud.data.arrays import AnyArray
from fraud.metrics.curves import calibration_curve, precision_recall_curve, roc_curve

POINTS = 500  # of a curve: a line on any screen, and not a megabyte

Points = dict[str, list[float | None]]


def curve_points(labels: npt.ArrayLike, scores: npt.ArrayLike) -> dict[str, Points]:
    """Return the precision-recall, ROC and calibration curves, at most POINTS points of each.

    A threshold above every score, which a ROC curve starts from, is null.
    """
    found: dict[str, Any] = {
        "precision_recall": precision_recall_curve(labels, scores),
        "roc": roc_curve(labels, scores),
        "calibration": calibration_curve(labels, scores),
    }
    return {name: thinned(curve._asdict()) for name, curve in found.items()}


def thinned(columns: dict[str, AnyArray]) -> Points:
    """Return at most POINTS rows of the columns, evenly spaced, with the first and the last."""
    return {name: _thinned(values) for name, values in columns.items()}


def _thinned(values: AnyArray) -> list[float | None]:
    chosen = np.unique(np.linspace(0, len(values) - 1, POINTS).astype(int))
    numbers = values[chosen].astype(np.float64)
    return [float(number) if np.isfinite(number) else None for number in numbers]
