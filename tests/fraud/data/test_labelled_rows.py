"""Labelled rows hold whole numbers of whole rows, or are refused."""

import numpy as np
import pytest

from fakes.data.labelled_rows import ROLES
from foundation.errors import InvalidData
from fraud.data.labelled_rows import LabelledRows
from fraud.data.roles import RoleMissing, Roles

COLUMNS = ("V1", "Amount", "Time")


def labels(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int8)


def test_frauds_are_counted() -> None:
    assert LabelledRows(COLUMNS, np.zeros((3, 3)), labels(0, 1, 1), roles=ROLES).fraud_count == 2


@pytest.mark.parametrize("shape", [(2, 3), (3, 2), (9,)])
def test_a_matrix_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidData, match=r"make it \(3, 3\)"):
        LabelledRows(COLUMNS, np.zeros(shape), labels(0, 1, 1), roles=ROLES)


def test_a_label_beside_0_and_1_is_named() -> None:
    with pytest.raises(InvalidData, match="0 or 1, not 2"):
        LabelledRows(COLUMNS, np.zeros((2, 3)), labels(0, 2), roles=ROLES)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_not_finite_is_named_by_row_and_column(value: float) -> None:
    rows = np.zeros((2, 3))
    rows[1, 2] = value
    with pytest.raises(InvalidData, match="row 2, column Time"):
        LabelledRows(COLUMNS, rows, labels(0, 1), roles=ROLES)


def test_a_value_may_be_missing_where_that_was_said() -> None:
    holes = np.array([[np.nan, 1.0, np.nan, 5.0, 9.0]])
    columns = ("age", "V1", "channel", "Amount", "Time")
    told = {"may_miss": frozenset({"age"}), "categories": {"channel": ("online", "till")}}
    rows = LabelledRows(columns, holes, np.array([1], dtype=np.int8), roles=ROLES, **told)
    assert np.isnan(rows.rows[0, [0, 2]]).all()


@pytest.mark.parametrize(("column", "value"), [(1, np.nan), (0, np.inf), (4, np.nan)])
def test_a_value_may_not_be_missing_elsewhere_nor_infinite_anywhere(
    column: int, value: float
) -> None:
    rows = np.ones((2, 5))
    rows[1, column] = value
    columns = ("age", "V1", "V2", "Amount", "Time")
    with pytest.raises(InvalidData, match=f"row 2, column {columns[column]}"):
        LabelledRows(columns, rows, labels(0, 0), may_miss=frozenset({"age"}), roles=ROLES)


def test_rows_are_taken_by_number_or_mask_with_all_that_is_known_of_columns() -> None:
    rows = LabelledRows(
        ("a", "Amount", "Time"), np.arange(9.0).reshape(3, 3), np.array([0, 1, 0], dtype=np.int8),
        may_miss=frozenset({"a"}), roles=ROLES,
    )  # fmt: skip
    some = rows.take(np.array([False, True, True]))
    assert some.labels.tolist() == [1, 0]
    assert some.amounts.tolist() == [4, 7]
    assert some.times.tolist() == [5, 8]
    assert some.may_miss == {"a"}
    assert rows.take(np.array([2, 0])).rows[:, 0].tolist() == [6, 0]


@pytest.mark.parametrize(
    ("roles", "amounts", "times"),
    [
        (Roles("Amount", "Time"), [1.0, 4.0], [2.0, 5.0]),
        (Roles("Time", None), [2.0, 5.0], None),
        (Roles(None, "Time"), None, [2.0, 5.0]),
        (Roles(None, None), None, None),
    ],
)
def test_amounts_and_times_are_those_of_the_roles(
    roles: Roles, amounts: list[float] | None, times: list[float] | None
) -> None:
    rows = LabelledRows(COLUMNS, np.arange(6.0).reshape(2, 3), labels(0, 1), roles=roles)
    for found, expected in ((rows.amounts, amounts), (rows.times, times)):
        assert (None if found is None else found.tolist()) == expected
    for expected, require in ((amounts, rows.require_amounts), (times, rows.require_times)):
        if expected is not None:
            assert require("A test").tolist() == expected
            continue
        with pytest.raises(RoleMissing, match=r"A test needs the .*; otherwise wait\."):
            require("A test", otherwise="wait")


def test_roles_that_are_not_the_last_columns_are_refused() -> None:
    with pytest.raises(InvalidData, match="these end with Amount, Time"):
        LabelledRows(COLUMNS, np.zeros((1, 3)), labels(0), roles=Roles("V1", None))
