"""Stratified bootstrap: resamples of scored rows, and the interval that they give a value."""

from collections.abc import Iterator

import numpy as np

from foundation.errors import InvalidData
from fraud.data.arrays import Floats, Integers
from fraud.metrics.checks import UNTOUCHED


def stratified_counts(
    frauds: int, legitimate: int, *, resamples: int, seed: int
) -> Iterator[tuple[Integers, Integers]]:
    """Yield, for each resample, how often each fraud and each legitimate row is drawn.

    Both classes are drawn separately, so that each resample has as many frauds as there were. Equal
    arguments yield equal resamples: two values that are measured on them are paired.
    """
    random = np.random.default_rng(seed)
    for _ in range(resamples):
        of_frauds = draw_counts(frauds, random)
        yield of_frauds, draw_counts(legitimate, random)


def draw_counts(rows: int, random: np.random.Generator) -> Integers:
    """Draw as many rows as there are, with replacement, and count how often each turns up."""
    return np.bincount(random.integers(0, rows, size=rows), minlength=rows)


def percentiles(drawn: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Return the low and the high end of the percentile interval over the resamples (axis 0)."""
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
