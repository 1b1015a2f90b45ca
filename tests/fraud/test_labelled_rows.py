"""Labelled rows hold whole numbers of whole rows, or are refused."""

import numpy as np
import pytest

from foundation.errors import InvalidData
from fraud.labelled_rows import LabelledRows

COLUMNS = ("V1", "Amount", "Time")


def labels(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int8)


def test_frauds_are_counted() -> None:
    assert LabelledRows(COLUMNS, np.zeros((3, 3)), labels(0, 1, 1)).fraud_count == 2


@pytest.mark.parametrize("shape", [(2, 3), (3, 2), (9,)])
def test_a_matrix_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidData, match=r"make it \(3, 3\)"):
        LabelledRows(COLUMNS, np.zeros(shape), labels(0, 1, 1))


def test_a_label_beside_0_and_1_is_named() -> None:
    with pytest.raises(InvalidData, match="0 or 1, not 2"):
        LabelledRows(COLUMNS, np.zeros((2, 3)), labels(0, 2))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_not_finite_is_named_by_row_and_column(value: float) -> None:
    rows = np.zeros((2, 3))
    rows[1, 2] = value
    with pytest.raises(InvalidData, match="row 2, column Time"):
        LabelledRows(COLUMNS, rows, labels(0, 1))
