"""Roles are named, stand last, and are asked for in one sentence where they are missing."""

import pytest

from foundation.errors import InvalidData
from fraud.data.roles import RoleMissing, Roles

BOTH = Roles("euros", "second")


@pytest.mark.parametrize(
    ("roles", "columns", "missing"),
    [
        (BOTH, ("euros", "second"), ()),
        (Roles("euros", None), ("euros",), ("time",)),
        (Roles(None, "second"), ("second",), ("amount",)),
        (Roles(None, None), (), ("amount", "time")),
    ],
)
def test_roles_name_the_last_columns_of_a_model(roles, columns, missing):
    assert roles.columns == columns
    assert roles.missing == missing
    roles.require_last(("a", "b", *columns))


def test_the_roles_of_what_was_stored_before_are_the_last_two_columns():
    assert Roles.last_two(("a", "b", "euros", "second")) == BOTH


@pytest.mark.parametrize("columns", [("second", "euros"), ("euros", "second", "a"), ("second",)])
def test_columns_that_do_not_end_with_their_roles_are_refused(columns):
    with pytest.raises(InvalidData, match="end with its amount and its time, euros, second"):
        BOTH.require_last(columns)


def test_a_role_is_given_where_there_is_one():
    assert BOTH.require_amount("The cost") == "euros"
    assert BOTH.require_time("A split by time") == "second"


def test_a_missing_role_is_asked_for_with_the_line_to_add():
    nothing = Roles(None, None)
    with pytest.raises(RoleMissing) as refusal:
        nothing.require_time("A split by time", data="shop", otherwise="choose method: stratified")
    message = str(refusal.value)
    assert "A split by time needs the time of each transaction" in message
    assert "add the line `time: COLUMN` to params/data/shop.yaml" in message
    assert message.endswith("; otherwise choose method: stratified.")
    with pytest.raises(RoleMissing, match=r"`amount: COLUMN` to its description in params/data/\."):
        nothing.require_amount("The cost")
