"""Columns of a plausible table, in which a test plants one fault."""

from datetime import UTC, datetime
from typing import Any

import numpy as np

from fraud.data.formats import TimeFormat
from fraud.plausibility.columns import AmountColumn, DescribedColumns, LabelColumn, TimeColumn

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY = 86_400.0
UNIX = "1970-01-01"
FIRST = datetime(2026, 3, 1, tzinfo=UTC).timestamp()  # of the dates


def time_column(seconds: np.ndarray, **form: Any) -> TimeColumn:
    return TimeColumn("when", np.asarray(seconds, dtype=np.float64), TimeFormat(**form))


def month_of_times(rows: int = 3_000, *, seed: int = 0) -> np.ndarray:
    """Seconds since the first midnight, in order: a month, with an hour for each row."""
    return np.sort(np.random.default_rng(seed).uniform(0, 30 * DAY, rows)).round()


def usual_amounts(rows: int = 3_000, *, seed: int = 0, spread: float = 1.2) -> np.ndarray:
    """Amounts of shops: lognormal, in cents of which a tenth are whole."""
    random = np.random.default_rng(seed)
    values = np.exp(random.normal(3.0, spread, rows)).round(2)
    return np.where(random.random(rows) < 0.1, np.maximum(values.round(), 1), values)


def rare_labels(rows: int = 3_000, *, seed: int = 0, share: float = 0.03) -> np.ndarray:
    return (np.random.default_rng(seed).random(rows) < share).astype(np.int8)


def usual_columns(rows: int = 3_000, *, seed: int = 0) -> DescribedColumns:
    return DescribedColumns(
        time=time_column(month_of_times(rows, seed=seed)),
        amount=AmountColumn("paid", usual_amounts(rows, seed=seed)),
        label=LabelColumn("fraud", rare_labels(rows, seed=seed)),
    )
