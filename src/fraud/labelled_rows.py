"""Labelled rows: transactions as numbers, and which of them were fraud."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foundation.errors import InvalidData

Matrix = NDArray[np.float64]
Labels = NDArray[np.int8]


@dataclass(frozen=True)
class LabelledRows:
    """A matrix [n, d] of finite numbers and a label, 0 or 1, for each row.

    The columns are those that a model takes, in its order: the features, then the amount, then the
    time in seconds.
    """

    columns: tuple[str, ...]
    rows: Matrix
    labels: Labels

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
        self._require_finite()

    @property
    def fraud_count(self) -> int:
        return int(np.count_nonzero(self.labels))

    def _require_finite(self) -> None:
        finite = np.isfinite(self.rows)
        if not finite.all():
            row, column = np.argwhere(~finite)[0]
            message = (
                f"Every number must be finite: row {row + 1}, column {self.columns[column]} is "
                f"{self.rows[row, column]}. Nothing was fitted."
            )
            raise InvalidData(message)
