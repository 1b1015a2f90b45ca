"""Amount steps: the amount on scales that a few huge values do not dominate."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from pydantic import Field

from fraud.data.arrays import Matrix
from fraud.data.labelled_rows import LabelledRows
from fraud.features.steps.step import FittedStep, Step


class LoggedAmount(FittedStep):
    """The fitted log_amount: nothing is learned."""

    def added(self, rows: Matrix) -> Matrix:
        logged: Matrix = np.log1p(np.maximum(rows[:, -2:-1], 0.0))
        return logged

    def sources(self, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
        return {f"log(1 + {columns[-2]})": (columns[-2],)}


class LogAmount(Step):
    """The logarithm of one plus the amount (the transform for linear models takes it anyway)."""

    name = "log_amount"
    fitted: ClassVar[type[FittedStep]] = LoggedAmount

    def fit(self, train: LabelledRows) -> LoggedAmount:  # noqa: ARG002 # nothing to learn
        return LoggedAmount()


class ScaledAmount(FittedStep):
    """The fitted robust_amount: the median and the interquartile range of the training amounts."""

    median: float
    spread: float = Field(gt=0)

    def added(self, rows: Matrix) -> Matrix:
        return (rows[:, -2:-1] - self.median) / self.spread

    def sources(self, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
        return {f"robust({columns[-2]})": (columns[-2],)}


class RobustAmount(Step):
    """The amount less its median, in interquartile ranges."""

    name = "robust_amount"
    fitted: ClassVar[type[FittedStep]] = ScaledAmount

    def fit(self, train: LabelledRows) -> ScaledAmount:
        low, median, high = _quantiles(train.amounts, np.array([0.25, 0.5, 0.75])).tolist()
        return ScaledAmount(median=median, spread=high - low or 1.0)


class BinnedAmount(FittedStep):
    """The fitted amount_bins: the bounds between the bins."""

    edges: tuple[float, ...]

    def added(self, rows: Matrix) -> Matrix:
        amounts = rows[:, -2:-1]
        numbers = np.searchsorted(np.array(self.edges), amounts, side="right").astype(np.float64)
        return np.where(np.isnan(amounts), np.nan, numbers)

    def sources(self, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
        return {f"bin({columns[-2]})": (columns[-2],)}


class AmountBins(Step):
    """The number of the bin that the amount falls in, of bins that hold equally many rows.

    Amounts that many rows share can leave fewer bins.
    """

    name = "amount_bins"
    fitted: ClassVar[type[FittedStep]] = BinnedAmount

    bins: int = Field(default=20, ge=2, le=1000)

    def fit(self, train: LabelledRows) -> BinnedAmount:
        edges = _quantiles(train.amounts, np.arange(1, self.bins) / self.bins)
        return BinnedAmount(edges=tuple(np.unique(edges).tolist()))


def _quantiles(values: Matrix, shares: Matrix) -> Matrix:
    known = values[~np.isnan(values)]
    return np.quantile(known, shares) if len(known) else np.zeros(len(shares))
