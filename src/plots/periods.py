"""Periods: counts of transactions and frauds in equal periods of time, with intervals."""

from dataclasses import dataclass

import numpy as np

from fraud.data.arrays import Flags, Floats, Integers, Labels
from fraud.metrics.estimates import Estimate
from fraud.metrics.wilson import wilson_interval

HOUR, DAY = 3600, 86_400
UNITS = (("hour", HOUR), ("day", DAY), ("week", 7 * DAY), ("four-week", 28 * DAY))
MAX_PERIODS = 100  # periods in one picture


@dataclass(frozen=True)
class Periods:
    """The number of rows, and of frauds among them, in each of consecutive periods."""

    rows: Integers
    frauds: Integers

    @classmethod
    def of(cls, numbers: Integers, labels: Labels, *, many: int) -> "Periods":
        """Count rows and frauds by the number of each row's period, from 0."""
        rows = np.bincount(numbers, minlength=many)
        return cls(rows, np.bincount(numbers[labels == 1], minlength=many))

    @property
    def share(self) -> Floats:
        shares: Floats = self.frauds / np.maximum(self.rows, 1)
        return shares

    @property
    def overall(self) -> float:
        return float(self.frauds.sum() / max(int(self.rows.sum()), 1))

    @property
    def interval(self) -> tuple[Floats, Floats]:
        """Return the 95 % interval of each share; 0 to 1 for a period without rows."""
        low, high = wilson_interval(self.share, np.maximum(self.rows, 1))
        return np.where(self.rows > 0, low, 0.0), np.where(self.rows > 0, high, 1.0)

    @property
    def unusual(self) -> Flags:
        """Return whether the overall share is outside the interval of each period."""
        low, high = self.interval
        return (self.overall < low) | (self.overall > high)


def by_hour_of_day(seconds: Floats, labels: Labels) -> Periods:
    return Periods.of((seconds // HOUR).astype(np.int64) % 24, labels, many=24)


def by_time(times: Floats, labels: Labels) -> tuple[str, Periods]:
    """Count by the shortest unit that gives at most MAX_PERIODS periods; return its name too."""
    span = float(np.ptp(times))
    unit, width = next((one for one in UNITS if span / one[1] <= MAX_PERIODS), UNITS[-1])
    numbers = (times // width - times.min() // width).astype(np.int64)
    return unit, Periods.of(numbers, labels, many=int(numbers.max()) + 1)


def fraud_share(frauds: int, rows: int) -> Estimate:
    """Return the share of fraud with its 95 % interval."""
    low, high = Periods(np.array([rows]), np.array([frauds])).interval
    return Estimate(frauds / max(rows, 1), float(low[0]), float(high[0]))
