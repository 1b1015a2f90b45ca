"""Quantile binning: columns of a few hundred distinct values, in which a split is found sooner."""

import numpy as np

from fraud.data.arrays import Matrix
from fraud.metrics.log_odds import expit

VALUES = 256
FURTHEST = 11.0  # log-odds: one row in 60,000 lies beyond, on each side


def coarsened(rows: Matrix, values: int = VALUES) -> Matrix:
    """Replace each number by the nearest of about `values` that its column holds.

    Those are quantiles at shares evenly spaced in log-odds: as fine in the tails, where frauds are,
    as in the middle. (Evenly spaced shares cost a forest a tenth of its average precision.) Sorting
    takes most of the time of growing a tree, and equal numbers are sorted quickly. A split halfway
    between two neighbours divides the numbers as they were, as it divides those replaced.
    """
    shares = np.concatenate([[0.0], expit(np.linspace(-FURTHEST, FURTHEST, values)), [1.0]])
    coarse = np.empty_like(rows)
    for column, numbers in zip(coarse.T, rows.T, strict=True):
        column[:] = _nearest(numbers, shares)
    return coarse


def _nearest(numbers: Matrix, shares: Matrix) -> Matrix:
    is_missing = np.isnan(numbers)
    if is_missing.all():
        return numbers
    kept = np.unique(np.quantile(numbers[~is_missing], shares, method="nearest"))
    halfway = (kept[1:] + kept[:-1]) / 2
    # Between two neighbouring floats it rounds to one of them: never to the upper.
    halfway = np.where(halfway < kept[1:], halfway, kept[:-1])
    nearest = kept[np.searchsorted(halfway, numbers)]
    return np.where(is_missing, np.nan, nearest)
