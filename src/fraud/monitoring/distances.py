"""Distances between score histograms (PSI, Kolmogorov-Smirnov), and their critical values."""

from math import log, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fraud.data.arrays import Floats, Integers

GROUPS = 10  # of equal weight in the baseline, as the population stability index is usually taken


def stability_groups(baseline: Floats) -> Integers:
    """Return the group of each bin: at most ten groups with equal shares of the baseline."""
    before = (np.cumsum(baseline) - baseline) / baseline.sum()
    groups = np.minimum((before * GROUPS).astype(np.intp), GROUPS - 1)
    return np.unique(groups, return_inverse=True)[1]


def population_stability_index(today: Floats, baseline: Floats) -> float:
    """Return the PSI: sum (p - q) ln(p / q) over the baseline's deciles; 0 for equal shares."""
    groups = stability_groups(baseline)
    p, q = _shares(np.bincount(groups, today)), _shares(np.bincount(groups, baseline))
    return float(np.sum((p - q) * np.log(p / q)))


def psi_critical_value(today: Floats, baseline: Floats, significance: float) -> float:
    """Return the PSI that samples of one population exceed with probability `significance`.

    For large samples the PSI is distributed as χ²(groups - 1) times (1/n + 1/N).

    Source: Yurdakul and Naranjo (2020).
    """
    degrees = int(stability_groups(baseline).max())
    few = 1 / float(today.sum()) + 1 / float(baseline.sum())
    return _chi_square(degrees, 1 - significance) * few


def kolmogorov_smirnov(today: Floats, baseline: Floats) -> float:
    """Return the largest distance between the cumulative shares, seen at the edges of the bins."""
    gaps = np.cumsum(today) / today.sum() - np.cumsum(baseline) / baseline.sum()
    return float(np.abs(gaps).max())


def kolmogorov_smirnov_by_chance(today: Floats, baseline: Floats, significance: float) -> float:
    """Return the distance that samples of one population exceed as often (Smirnov's limit)."""
    n, m = float(today.sum()), float(baseline.sum())
    return sqrt(-log(significance / 2) / 2) * sqrt((n + m) / (n * m))


def _shares(counts: NDArray[Any]) -> Floats:
    smoothed: Floats = counts + 0.5  # an empty group would make the logarithm infinite
    shares: Floats = smoothed / smoothed.sum()
    return shares


def _chi_square(degrees: int, probability: float) -> float:
    """Approximate a quantile of χ² (Wilson and Hilferty, 1931)."""
    if degrees == 0:
        return 0.0
    spread = 2 / (9 * degrees)
    quantile: float = degrees * (1 - spread + NormalDist().inv_cdf(probability) * sqrt(spread)) ** 3
    return quantile
