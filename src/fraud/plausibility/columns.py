"""Described columns: the values of each role of a table that plausibility is judged by."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from fraud.data.arrays import Floats, Integers, Labels
from fraud.data.formats import SECONDS, TimeFormat

MOST_ROWS = 20_000  # that a distribution is taken from: every second row, or third, and so on
FEWEST_ROWS = 100  # fewer say nothing of what is usual


@dataclass(frozen=True)
class TimeColumn:
    """The times of a table.

    `seconds`, shape (rows,), are as `fraud.data.cell_values.time` returns them: since 1970 in UTC
    where `form` gives a calendar, else since the first midnight of the data.
    """

    name: str
    seconds: Floats
    form: TimeFormat

    @cached_property
    def numbers(self) -> Floats | None:
        """The middle 90 % of the numbers in the file, from low to high; None for dates."""
        if self.form.time_format is not None:
            return None
        numbers: Floats = (self.middle - self._since) / SECONDS[self.form.time_unit]
        return numbers

    @cached_property
    def middle(self) -> Floats:
        """The 5 % quantile and the 95 % quantile of the times, in seconds; each is one of them."""
        return np.quantile(self.sample, [0.05, 0.95], method="nearest")

    @cached_property
    def ends(self) -> tuple[float, float]:
        """The first and the last time, in seconds."""
        return float(self.seconds.min()), float(self.seconds.max())

    @cached_property
    def sample(self) -> Floats:
        """Times of at most MOST_ROWS rows."""
        return self.seconds[sampled(len(self.seconds))]

    @property
    def _since(self) -> float:
        since = self.form.time_since
        return 0.0 if since is None else float(np.datetime64(since, "s").astype(np.int64))


@dataclass(frozen=True)
class AmountColumn:
    """The amounts of a table, shape (rows,), in the currency of the data set."""

    name: str
    values: Floats


@dataclass(frozen=True)
class LabelColumn:
    """The labels of a table, shape (rows,): 1 for fraud, which `positive` are the texts of."""

    name: str
    values: Labels
    positive: Sequence[str] = ("1",)


@dataclass(frozen=True)
class KeyColumn:
    """Counts of a column of texts: the identifier, a party of a transaction, or a category.

    `rows` have a value; `distinct` is the number of different ones, and `largest` the number of
    rows of the commonest. `is_whole` is False for a sample of the rows: there, a party that is
    rare in the table is seen once. For an identifier, `largest` is not looked at.
    """

    name: str
    kind: Literal["id", "entity", "category"]
    rows: int
    distinct: int
    largest: int = 1
    is_whole: bool = True


@dataclass(frozen=True)
class DescribedColumns:
    """The columns of a table by their roles; those of time, amount and label have the same rows."""

    time: TimeColumn | None = None
    amount: AmountColumn | None = None
    label: LabelColumn | None = None
    keys: Sequence[KeyColumn] = ()


def sampled(rows: int) -> Integers:
    """Return the indices of at most MOST_ROWS rows, at equal distances."""
    return np.arange(0, rows, -(-rows // MOST_ROWS) or 1)
