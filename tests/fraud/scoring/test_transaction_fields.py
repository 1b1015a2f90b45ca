"""Transaction fields: no field that nothing uses goes unnoticed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.data.json_values import anything
from fraud.data.roles import Roles
from fraud.scoring.transaction_fields import (
    KNOWN_FIELDS,
    MOST_NAMES,
    field_hint,
    field_problems,
    ignored_fields,
)

ROLES = Roles("Amount", "Time")
GOOD = {"id": "t-1", "timestamp": "2026-11-21T09:30:00Z", "amount": 12.5, "features": {}}


@pytest.mark.parametrize("more", [{}, {"category": None}, {"category": ""}, {"category": "books"}])
def test_a_category_is_optional(more):
    assert field_problems({**GOOD, **more}, ROLES) == []


@pytest.mark.parametrize("category", [7, True, ["books"], "x" * 10_001, "\ud800"])
def test_a_category_that_is_there_is_text_of_some_length(category):
    (problem,) = field_problems({**GOOD, "category": category}, ROLES)
    assert (problem.rule, "or null" in problem.detail) == ("category", True)


@pytest.mark.parametrize("id_", ["", " ", "\t\u3000"])
def test_an_id_of_whitespace_is_none(id_):
    (problem,) = field_problems({**GOOD, "id": id_}, ROLES)
    assert problem.rule == "id"


def test_fields_that_nothing_uses_are_counted_the_commonest_first():
    batch = [{**GOOD, "note": 1, "MCC": "5411"}, {**GOOD, "MCC": None}, "no object", {"MCC": 1}]
    assert list(ignored_fields(batch).items()) == [("MCC", 3), ("note", 1)]


@given(st.lists(st.dictionaries(st.text(st.characters()), st.just(1)) | anything, max_size=8))
def test_whatever_the_fields_are_called_the_counts_are_json(transactions):
    counts = ignored_fields(transactions)
    json.dumps(counts).encode()
    names = {name for one in transactions if isinstance(one, dict) for name in one}
    assert bool(counts) == bool(names - KNOWN_FIELDS)


def test_a_batch_whose_field_names_are_data_names_the_first_of_them():
    assert len(ignored_fields([{f"card {n}": 1} for n in range(3 * MOST_NAMES)])) == MOST_NAMES


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Amount", "did you mean amount?"),
        ("categoy", "did you mean category?"),
        ("time_stamp", "did you mean timestamp?"),
        ("V1", "V1 is a feature of the model, and belongs into features"),
        ("merchant_zip", ""),
    ],
)
def test_the_hint_is_the_nearest_field_or_the_place_of_a_feature(name, hint):
    assert field_hint(name, ("V1", "V2")) == hint


@pytest.mark.parametrize(
    ("roles", "amounts"),
    [
        (ROLES, [0, 9.5, 9.9e14]),
        (Roles("Amount", "Time", amount_may_be_negative=True), [0, 9.5, -9.5, -9.9e14, 9.9e14]),
        (Roles(None, "Time"), [None, 0, 9.5, 9.9e14]),
    ],
)
def test_an_amount_is_what_the_data_of_the_model_has(roles, amounts):
    for amount in (None, -9.5, -1e15, -9.9e14, 0, 9.5, 9.9e14, 1e15, True, "9.5", float("nan")):
        found = field_problems({**GOOD, "amount": amount}, roles)
        is_right = any(amount is one or amount == one for one in amounts) and amount is not True
        assert (found == []) == is_right, amount
