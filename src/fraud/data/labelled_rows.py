"""Labelled rows: transactions as a numeric matrix, and the label of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from foundation.errors import InvalidData
from fraud.data.arrays import Flags, Floats, Integers, Labels, Matrix
from fraud.data.roles import AMOUNT, TIME, Roles


@dataclass(frozen=True)
class LabelledRows:
    """A matrix [n, d] of numbers and a label, 0 or 1, for each row.

    The columns are those that a model takes, in its order: the features, then the amount, then the
    time in seconds, where `roles` names them. A column of `categories` holds codes: code k stands
    for the k-th text, the commonest first. NaN is a missing value, or a category that no training
    row has; it may stand in the columns of `may_miss` and `categories` only.
    """

    columns: tuple[str, ...]
    rows: Matrix
    labels: Labels
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    may_miss: frozenset[str] = frozenset()
    roles: Roles = field(kw_only=True)

    def __post_init__(self) -> None:
        expected = (len(self.labels), len(self.columns))
        if self.rows.shape != expected:
            message = (
                f"Labelled rows are one row a label and one column a name: the matrix is "
                f"{self.rows.shape}, the labels and names make it {expected}. Nothing was fitted."
            )
            raise InvalidData(message)
        if not np.isin(self.labels, (0, 1)).all():
            stranger = self.labels[~np.isin(self.labels, (0, 1))][0]
            message = f"A label is 0 or 1, not {stranger}. Nothing was fitted."
            raise InvalidData(message)
        self.roles.require_last(self.columns)
        self._require_finite()

    @property
    def fraud_count(self) -> int:
        return int(np.count_nonzero(self.labels))

    @property
    def amounts(self) -> Floats | None:
        return self._column(self.roles.amount)

    @property
    def times(self) -> Floats | None:
        return self._column(self.roles.time)

    def require_amounts(self, needed_by: str, *, otherwise: str = "") -> Floats:
        """Return the amounts; RoleMissing, which names what needed them, where there are none."""
        self.roles.require_amount(needed_by, otherwise=otherwise)
        return self.rows[:, self.roles.place(AMOUNT)]

    def require_times(self, needed_by: str, *, otherwise: str = "") -> Floats:
        """Return the times; RoleMissing, which names what needed them, where there are none."""
        self.roles.require_time(needed_by, otherwise=otherwise)
        return self.rows[:, self.roles.place(TIME)]

    def take(self, chosen: Integers | Flags) -> "LabelledRows":
        """Return the rows with these indices, or under this mask; columns stay as they are."""
        return replace(self, rows=self.rows[chosen], labels=self.labels[chosen])

    def _column(self, name: str | None) -> Floats | None:
        return None if name is None else self.rows[:, self.columns.index(name)]

    def _require_finite(self) -> None:
        wrong = ~np.isfinite(self.rows)
        if not wrong.any():
            return
        gaps = [name in self.may_miss or name in self.categories for name in self.columns]
        wrong &= ~(np.isnan(self.rows) & np.array(gaps))
        if wrong.any():
            row, column = np.argwhere(wrong)[0]
            message = (
                f"Every number must be finite: row {row + 1}, column {self.columns[column]} is "
                f"{self.rows[row, column]}. Nothing was fitted."
            )
            raise InvalidData(message)
