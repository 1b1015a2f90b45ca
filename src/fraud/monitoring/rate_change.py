"""Rate change: a day's rate over that of other days, with the interval that chance allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log
from statistics import NormalDist

import numpy as np

WIDEST = 700.0  # in the logarithm of a ratio: beyond any two counts


@dataclass(frozen=True)
class RateChange:
    """A day's rate over the baseline's, less 1, with the interval that chance allows."""

    rate: float
    baseline: float
    relative: float
    low: float
    high: float

    @property
    def is_beyond_chance(self) -> bool:
        return not self.low <= 0 <= self.high


def rate_change(
    events: int, total: int, history: Sequence[tuple[int, int]], *, confidence: float
) -> RateChange:
    """Compare `events` of `total` with days of (events, total).

    The interval is that of the ratio of two Poisson rates whose likelihood ratio, divided by the
    dispersion that the history shows between its days, is within the quantile of χ²(1). Unlike an
    interval from a standard error it holds for counts down to none.
    """
    past_events, past_total = (sum(column) for column in zip(*history, strict=True))
    allowed = NormalDist().inv_cdf((1 + confidence) / 2) ** 2 * between_day_dispersion(history)
    ratio = events / total / (max(past_events, 0.5) / past_total)
    counts = (events, past_events, total / past_total)
    middle = log(ratio) if ratio else -WIDEST
    low = -WIDEST if events == 0 else _bound(counts, allowed, middle, -WIDEST)
    high = WIDEST if past_events == 0 else _bound(counts, allowed, middle, WIDEST)
    return RateChange(
        rate=events / total,
        baseline=past_events / past_total,
        relative=ratio - 1,
        low=exp(low) - 1,
        high=exp(high) - 1,
    )


def _bound(counts: tuple[int, int, float], allowed: float, inside: float, outside: float) -> float:
    """Return the log ratio at which the deviance reaches `allowed`, by bisection."""
    for _ in range(80):
        between = (inside + outside) / 2
        if _deviance(*counts, between) <= allowed:
            inside = between
        else:
            outside = between
    return inside


def _deviance(events: int, past: int, exposure: float, log_ratio: float) -> float:
    """Return twice the log likelihood that a log ratio loses, given the sum of both counts."""
    both = events + past
    # exposure * ratio : 1 is how the events are expected to divide over the two.
    odds = log(exposure) + log_ratio
    expected, past_expected = (
        both / (1 + exp(min(-odds, WIDEST))),
        both / (1 + exp(min(odds, WIDEST))),
    )
    return 2 * (_surprise(events, expected) + _surprise(past, past_expected))


def _surprise(count: int, expected: float) -> float:
    if count == 0:
        return 0.0
    return count * log(count / expected) if expected > 0 else inf


def between_day_dispersion(history: Sequence[tuple[int, int]]) -> float:
    """Return the dispersion: how much more daily counts vary than Poisson counts; at least 1."""
    events, totals = np.array(history, dtype=np.float64).T
    expected = totals * events.sum() / totals.sum()
    if len(history) < 2 or not events.any():
        return 1.0
    pearson = float(np.sum((events - expected) ** 2 / expected))
    return max(1.0, pearson / (len(history) - 1))
