"""Interactions: products of the columns with the highest univariate ROC AUC."""

from collections.abc import Sequence
from itertools import islice
from typing import ClassVar

import numpy as np
from pydantic import Field

from fraud.data.arrays import Flags, Matrix
from fraud.data.labelled_rows import LabelledRows
from fraud.features.steps.step import FittedStep, Step


class Products(FittedStep):
    """The positions of the columns that are multiplied, pair by pair."""

    first: tuple[int, ...]
    second: tuple[int, ...]

    def added(self, rows: Matrix) -> Matrix:
        first, second = np.array([self.first, self.second], dtype=np.intp)
        products: Matrix = rows[:, first] * rows[:, second]
        return products

    def sources(self, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
        pairs = [(columns[a], columns[b]) for a, b in zip(self.first, self.second, strict=True)]
        return {f"{a} × {b}": (a, b) for a, b in pairs}


class Interactions(Step):
    """Products of the `pairs` strongest pairs of columns, as the training labels rank them.

    Categories are no quantities and the time is a clock: neither is multiplied.
    """

    name = "interactions"
    fitted: ClassVar[type[FittedStep]] = Products

    pairs: int = Field(default=6, ge=1, le=300)

    def fit(self, train: LabelledRows) -> Products:
        strongest = _strongest_first(train)
        by_weaker = ((a, b) for n, b in enumerate(strongest) for a in strongest[:n])
        chosen = list(islice(by_weaker, self.pairs))
        return Products(first=tuple(a for a, _ in chosen), second=tuple(b for _, b in chosen))


def _strongest_first(train: LabelledRows) -> list[int]:
    is_fraud = train.labels == 1
    quantities = [
        position
        for position, column in enumerate(train.columns)
        if column not in train.categories and column != train.roles.time
    ]
    separations = {place: separation(train.rows[:, place], is_fraud) for place in quantities}
    return sorted(quantities, key=lambda place: -separations[place])


def separation(values: Matrix, is_fraud: Flags) -> float:
    """Return how far the ROC AUC of `values` as a score is from 0.5, in either direction.

    Missing values are left out.
    """
    known = ~np.isnan(values)
    values, is_fraud = values[known], is_fraud[known]
    frauds = int(np.count_nonzero(is_fraud))
    others = len(values) - frauds
    if not frauds or not others:
        return 0.0
    _, rank, counts = np.unique(values, return_inverse=True, return_counts=True)
    at_or_below = (np.cumsum(counts) - counts / 2)[rank]  # equals count half
    wins = at_or_below[is_fraud].sum() - frauds**2 / 2
    return float(abs(wins / (frauds * others) - 0.5))
