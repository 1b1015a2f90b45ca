"""A pandas frame of raw rows gives the numbers of the model, or names the cell that is wrong."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from fakes.data.categorical_cells import CATEGORICAL, numbers_of, rows_of_cells
from foundation.errors import InvalidData
from fraud.scoring.frame_rows import frame_of_rows, rows_of_frame

NUMBERS = [name for name in CATEGORICAL.names if name not in CATEGORICAL.categories]


def frame_of(rows: list[tuple[str, ...]]) -> pd.DataFrame:
    cells = [[text or None for text in row] for row in rows]
    frame = pd.DataFrame(cells, columns=list(CATEGORICAL.names))
    return frame.astype(dict.fromkeys(NUMBERS, float))


def good(**changed: Any) -> pd.DataFrame:
    row = {"Age": 41, "Channel": "chip", "Code": "x", "Visits": 3, "Amount": 9.5, "Time": 60}
    return pd.DataFrame([row, row | changed])


@given(rows=rows_of_cells)
def test_a_frame_is_read_as_the_cells_of_a_csv_are(rows: list[tuple[str, ...]]) -> None:
    expected = np.array(numbers_of(rows))
    frame = frame_of(rows)
    assert np.array_equal(rows_of_frame(frame, CATEGORICAL), expected, equal_nan=True)
    shuffled = frame[list(reversed(CATEGORICAL.names))].assign(label=1)
    assert np.array_equal(rows_of_frame(shuffled, CATEGORICAL), expected, equal_nan=True)


@given(rows=rows_of_cells)
def test_rows_as_a_raw_frame_are_the_same_rows_again(rows: list[tuple[str, ...]]) -> None:
    numbers = np.array(numbers_of(rows))
    again = rows_of_frame(frame_of_rows(numbers, CATEGORICAL), CATEGORICAL)
    assert np.array_equal(again, numbers, equal_nan=True)


@pytest.mark.parametrize("gap", [None, np.nan, pd.NA])
def test_every_way_to_write_a_gap_is_a_gap(gap: Any) -> None:
    found = rows_of_frame(good(Age=gap, Channel=gap), CATEGORICAL)
    assert np.isnan(found[1, :2]).all()
    assert not np.isnan(found[0]).any()


def test_any_kind_of_column_that_pandas_has_is_read() -> None:
    plain = good(Age=7)
    typed = plain.astype({"Age": "Int64", "Channel": "category", "Code": "string", "Time": "int32"})
    expected = rows_of_frame(plain, CATEGORICAL)
    assert np.array_equal(rows_of_frame(typed, CATEGORICAL), expected)
    assert np.array_equal(rows_of_frame(plain.astype(object), CATEGORICAL), expected)


def test_a_column_without_any_value_is_all_gaps() -> None:
    frame = good().assign(Channel=np.nan, Age=None)
    assert np.isnan(rows_of_frame(frame, CATEGORICAL)[:, :2]).all()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"Visits": None}, "Column Visits takes a finite number, but in row 2 it is missing"),
        ({"Amount": np.inf}, "Column Amount takes a finite number, but in row 2 it is infinite"),
        ({"Age": -np.inf}, "Column Age takes a finite number, or nothing, but in row 2"),
        ({"Time": "noon"}, "Column Time takes a finite number, but in row 2 it is 'noon'"),
        (
            {"Code": 5411},
            r"Column Code takes text \(it knows '5411', 'x', …\), .* row 2 it is 5411",
        ),
    ],
)
def test_what_a_model_does_not_take_is_named_by_row_and_column(
    changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidData, match=message):
        rows_of_frame(good(**changed), CATEGORICAL)


def test_every_missing_column_is_named() -> None:
    with pytest.raises(InvalidData, match=r"takes 6 columns, and the frame lacks Age, Time\."):
        rows_of_frame(good().drop(columns=["Age", "Time"]), CATEGORICAL)


def test_no_rows_are_no_rows() -> None:
    assert rows_of_frame(good().head(0), CATEGORICAL).shape == (0, 6)
