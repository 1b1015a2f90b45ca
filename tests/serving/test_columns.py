"""Names in a request are those of the model, once each, in any order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.columns import require_columns
from serving.rejection import Rejected

COLUMNS = ("V1", "V2", "Amount")


@given(names=st.permutations(COLUMNS))
def test_any_order_will_do(names):
    require_columns(names, COLUMNS)


@given(names=st.lists(st.sampled_from([*COLUMNS, "X"]), max_size=5))
def test_anything_else_is_refused_and_a_column_at_fault_named(names):
    if sorted(names) == sorted(COLUMNS):
        return
    with pytest.raises(Rejected) as caught:
        require_columns(names, COLUMNS)
    assert caught.value.row is None
    assert names.count(caught.value.column) != (caught.value.column in COLUMNS)


def test_everything_that_is_wrong_is_said_at_once_with_the_row():
    with pytest.raises(Rejected) as caught:
        require_columns(["V1", "V1", "X"], COLUMNS, row=4)
    assert str(caught.value).startswith(
        "The names in row 4 must be exactly the 3 of the model. Missing: V2, Amount. "
        "Unexpected: X. More than once: V1."
    )
    assert (caught.value.row, caught.value.column) == (4, "V2")
