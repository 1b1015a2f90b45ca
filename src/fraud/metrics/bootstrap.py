"""Resampling: rows drawn again with replacement, and what the draws say about a value."""

import numpy as np

from foundation.errors import InvalidData
from fraud.data.arrays import Floats, Integers
from fraud.metrics.checks import UNTOUCHED


def draw_counts(rows: int, random: np.random.Generator) -> Integers:
    """Count how often each row turns up when as many rows are drawn with replacement."""
    return np.bincount(random.integers(0, rows, size=rows), minlength=rows)


def percentiles(drawn: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Cut off equally much at both ends of the resamples (axis 0): an interval's low and high."""
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return low, high


def require_resamples(resamples: int, confidence: float) -> None:
    if resamples < 1 or not 0 < confidence < 1:
        message = (
            "An interval needs at least one resample and a confidence between 0 and 1; these are "
            f"{resamples} and {confidence}. {UNTOUCHED}"
        )
        raise InvalidData(message)
