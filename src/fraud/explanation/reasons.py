"""Reasons: the columns that moved one score most, each in words, as an alert gives them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite, isnan
from typing import Self

import numpy as np

from fraud.data.arrays import Floats, Matrix
from fraud.data.labelled_rows import LabelledRows
from fraud.explanation.explanation import ExplainedTransaction, Explanation, unlabelled
from fraud.explanation.shapley import Unit
from fraud.model.fraud_model import FraudModel

USUAL_SHARES = (0.05, 0.95)  # what is usual lies between these quantiles of the day
FEWEST_ROWS = 20  # with fewer, nobody knows what is usual
LONGEST_TEXT = 60  # characters of a category, or of the name of a column
DECIMALS: Mapping[Unit, int] = {"log-odds": 1, "probability": 3}
MINUTE, HOUR = 60, 3600


@dataclass(frozen=True)
class UsualValues:
    """The range of each column that holds the middle 90 % of a day; without one for few rows.

    `amount` and `time` name the columns of these roles, None where the model takes none.
    """

    ranges: Mapping[str, tuple[float, float]]
    amount: str | None = None
    time: str | None = None

    @classmethod
    def of(cls, model: FraudModel, rows: Matrix) -> Self:
        """Compute the ranges over the rows of a day, shape (n, columns of the model).

        Columns that feature steps add have ranges too.
        """
        seen = model.bags[0].steps.widened(unlabelled(model, rows))
        known = {name: values[~np.isnan(values)] for name, values in _columns_of(seen)}
        ranges = {
            name: (float(low), float(high))
            for name, values in known.items()
            if len(values) >= FEWEST_ROWS
            for low, high in [np.quantile(values, USUAL_SHARES)]
        }
        return cls(ranges, model.roles.amount, model.roles.time)

    def comparison(self, column: str, value: float) -> str:
        """Return " is higher than usual", " is lower than usual", or nothing."""
        low, high = self.ranges.get(column, (-np.inf, np.inf))
        if low <= value <= high:
            return ""
        return " is higher than usual" if value > high else " is lower than usual"


def reasons_of(
    explanation: Explanation, index: int, usual: UsualValues, *, count: int
) -> tuple[str, ...]:
    """Return the `count` columns that moved the score of an explained row most, in words.

    Each is the column, its value, how the value compares with the day, and by how much it moved the
    score in the unit of the explanation: "amount 1,250.00 is higher than usual (+1.9)". A column
    that moved the score by less than is printed is no reason.
    """
    one = explanation.one(index)
    decimals = DECIMALS[one.unit]
    strongest = list(one.strongest().items())[:count]
    return tuple(
        f"{_in_words(column, one, explanation, usual)} ({effect:+.{decimals}f})"
        for column, effect in strongest
        if abs(effect) >= 0.5 * 10**-decimals
    )


def _columns_of(rows: LabelledRows) -> Iterator[tuple[str, Floats]]:
    return zip(rows.columns, rows.rows.T, strict=True)


def _in_words(
    column: str, one: ExplainedTransaction, explanation: Explanation, usual: UsualValues
) -> str:
    value, name = one.data[one.columns.index(column)], _shortened(column)
    if isinstance(value, str):
        return f"{name} = {_shortened(value)}"
    if isnan(value):
        unknown = ", or of a kind that the model does not know"
        return f"{name} is missing{unknown if column in explanation.categories else ''}"
    if column == usual.time:
        return f"time of day {int(value // HOUR):02}:{int(value % HOUR // MINUTE):02}"
    shown = f"amount {value:,.2f}" if column == usual.amount else f"{name} {_number(value)}"
    return f"{shown}{usual.comparison(column, value)}"


def _number(value: float) -> str:
    """Return a number with four digits that count; a whole number with all of them."""
    if isfinite(value) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.4g}"


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"
