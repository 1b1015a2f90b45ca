"""Amount steps: the amount on scales that a few huge values do not dominate."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from pydantic import Field

from fraud.data.arrays import Floats, Matrix
from fraud.data.labelled_rows import LabelledRows
from fraud.data.roles import AMOUNT, RoleName
from fraud.features.logarithm import signed_log
from fraud.features.steps.step import FittedStep, Step

BEFORE_TIME = -2  # the place of the amount in rows with a time, counted from their end


class FittedAmountStep(FittedStep):
    """A fitted step that is made of the amount, which stands at `place` from the end of a row.

    `place` is written only where the rows have no time.
    """

    place: int = Field(default=BEFORE_TIME, exclude_if=lambda place: place == BEFORE_TIME)
    written: ClassVar[str]  # the name of the new column, around that of the amount

    def amounts(self, rows: Matrix) -> Matrix:
        return rows[:, [self.place]]

    def sources(self, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
        amount = columns[self.place]
        return {self.written.format(amount): (amount,)}


class AmountStep(Step):
    """A step that is made of the amount."""

    needs: ClassVar[RoleName | None] = AMOUNT

    def amounts(self, train: LabelledRows) -> Floats:
        self.require_described(train.roles)
        return train.require_amounts(self.name)


class LoggedAmount(FittedAmountStep):
    """The fitted log_amount: nothing is learned."""

    written = "log(1 + {})"

    def added(self, rows: Matrix) -> Matrix:
        return signed_log(self.amounts(rows))


class LogAmount(AmountStep):
    """The logarithm of one plus the amount (the transform for linear models takes it anyway)."""

    name = "log_amount"
    fitted: ClassVar[type[FittedStep]] = LoggedAmount

    def fit(self, train: LabelledRows) -> LoggedAmount:
        self.require_described(train.roles)
        return LoggedAmount(place=train.roles.place(AMOUNT))


class ScaledAmount(FittedAmountStep):
    """The fitted robust_amount: the median and the interquartile range of the training amounts."""

    written = "robust({})"
    median: float
    spread: float = Field(gt=0)

    def added(self, rows: Matrix) -> Matrix:
        return (self.amounts(rows) - self.median) / self.spread


class RobustAmount(AmountStep):
    """The amount less its median, in interquartile ranges."""

    name = "robust_amount"
    fitted: ClassVar[type[FittedStep]] = ScaledAmount

    def fit(self, train: LabelledRows) -> ScaledAmount:
        quartiles = _quantiles(self.amounts(train), np.array([0.25, 0.5, 0.75]))
        low, median, high = quartiles.tolist()
        place = train.roles.place(AMOUNT)
        return ScaledAmount(place=place, median=median, spread=high - low or 1.0)


class BinnedAmount(FittedAmountStep):
    """The fitted amount_bins: the bounds between the bins."""

    written = "bin({})"
    edges: tuple[float, ...]

    def added(self, rows: Matrix) -> Matrix:
        amounts = self.amounts(rows)
        numbers = np.searchsorted(np.array(self.edges), amounts, side="right").astype(np.float64)
        return np.where(np.isnan(amounts), np.nan, numbers)


class AmountBins(AmountStep):
    """The number of the bin that the amount falls in, of bins that hold equally many rows.

    Amounts that many rows share can leave fewer bins.
    """

    name = "amount_bins"
    fitted: ClassVar[type[FittedStep]] = BinnedAmount

    bins: int = Field(default=20, ge=2, le=1000)

    def fit(self, train: LabelledRows) -> BinnedAmount:
        edges = _quantiles(self.amounts(train), np.arange(1, self.bins) / self.bins)
        place = train.roles.place(AMOUNT)
        return BinnedAmount(place=place, edges=tuple(np.unique(edges).tolist()))


def _quantiles(values: Matrix, shares: Matrix) -> Matrix:
    known = values[~np.isnan(values)]
    return np.quantile(known, shares) if len(known) else np.zeros(len(shares))
