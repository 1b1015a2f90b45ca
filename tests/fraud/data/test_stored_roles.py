"""Roles are stored where they are unusual; a record without them means its last two columns."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from foundation.record import Record
from fraud.data.roles import NO_ROLES, Roles
from fraud.data.stored_roles import StoredRoles


class Stored(StoredRoles, Record):
    """A record with the columns of a model."""

    name: str
    columns: list[str]


COLUMNS = ["a", "b", "euros", "second"]
names = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6, unique=True)


@given(columns=names, kept=st.tuples(st.booleans(), st.booleans()))
def test_what_is_written_is_read_back(columns, kept):
    last = columns[-2:] if len(columns) > 1 else [None, columns[-1]]
    if kept == (True, False):
        last = [columns[-1], None]
    elif kept == (False, True):
        last = [None, columns[-1]]
    elif kept == (False, False):
        last = [None, None]
    stored = Stored(name="x", columns=columns, roles=Roles(*last))
    assert Stored.model_validate_json(stored.to_json()) == stored


def test_usual_roles_are_not_written_and_come_back_as_the_last_two_columns():
    stored = Stored(name="x", columns=COLUMNS, roles=Roles("euros", "second"))
    assert json.loads(stored.to_json()) == {"name": "x", "columns": COLUMNS}
    assert Stored.model_validate_json(stored.to_json()).roles == Roles("euros", "second")


def test_a_record_of_a_model_without_an_amount_or_a_time_says_so():
    stored = Stored(name="x", columns=COLUMNS, roles=NO_ROLES)
    roles = {"amount": None, "time": None, "amount_may_be_negative": False}
    assert json.loads(stored.to_json())["roles"] == roles


@pytest.mark.parametrize(
    ("columns", "roles"),
    [
        (COLUMNS, {"amount": "second", "time": "euros"}),
        (COLUMNS, {"amount": "a", "time": None}),
        (["a"], {"amount": "b", "time": None}),
    ],
)
def test_roles_of_other_columns_than_the_last_are_refused(columns, roles):
    with pytest.raises(ValidationError, match="end with its amount and its time"):
        Stored.model_validate({"name": "x", "columns": columns, "roles": roles})


def test_a_record_of_one_column_has_to_name_its_roles():
    with pytest.raises(ValidationError, match="roles"):
        Stored.model_validate({"name": "x", "columns": ["a"]})
