"""What a cell may hold, and what is said of one that holds anything else."""

import numpy as np
import pytest

from fraud.scoring.model_columns import ModelColumns
from serving.cells import (
    LARGEST_VALUE,
    field_fault,
    is_in_range,
    is_like_a_number,
    number_fault,
    text_fault,
    wrong_cell,
)

PLAIN = ModelColumns(("V1", "Amount", "Time"))
SHOPS = ModelColumns(PLAIN.names, {"V1": ("a", "b", "c", "d")}, frozenset({"Amount"}))


@pytest.mark.parametrize(
    ("field", "fault"),
    [
        ("1.5", None), (" -.5e3\t", None), ("1e30", None), ("1_0", "is '1_0'"), ("٣", "is '٣'"),
        (" ", "is empty"), ("NaN", "is NaN"), ("-inf", "is infinite"), ("1e999", "is infinite"),
        ("2e30", "is 2e+30, beyond ±1e+30"),
    ],
)  # fmt: skip
def test_a_field_is_a_finite_number_that_single_precision_holds(field, fault):
    assert field_fault(field) == fault


@pytest.mark.parametrize("value", [0, -LARGEST_VALUE, np.nan, np.inf, 2 * LARGEST_VALUE])
def test_one_number_is_in_range_where_a_matrix_of_it_is(value):
    assert is_in_range(np.full((2, 3), value)) == (number_fault(value) is None)


def test_a_number_is_text_only_where_a_known_text_looks_like_one():
    assert text_fault("5411", ("chip",)) == "is '5411', a number"
    assert text_fault("5411", ("chip", "5999")) is None
    assert text_fault("\udcff", ("chip",)) == r"is '\udcff', not in UTF-8"
    assert text_fault("\ufffd", ("chip",)) is None  # what somebody else could not read


def test_what_is_empty_or_infinite_is_like_a_number_and_a_name_is_not():
    assert [is_like_a_number(field) for field in ("", " 1 ", "inf", "V1")] == [True] * 3 + [False]


@pytest.mark.parametrize(
    ("columns", "column", "says"),
    [
        (PLAIN, "V1", "Every value must be a finite number, but row 7, column V1 is odd."),
        (SHOPS, "Time", "Column Time takes a finite number, but in row 7 it is odd."),
        (SHOPS, "Amount", "takes a finite number, or nothing where it is missing, but in row 7"),
        (SHOPS, "V1", "takes text (it knows 'a', 'b', 'c', …), or nothing where it is missing"),
    ],
)
def test_a_rejection_says_where_the_cell_is_and_what_its_column_takes(columns, column, says):
    rejected = wrong_cell("is odd", columns, row=7, column=column)
    assert (rejected.row, rejected.column) == (7, column)
    assert says in str(rejected)
