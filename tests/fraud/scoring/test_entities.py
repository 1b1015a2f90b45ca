"""Entities are texts by role, few and short; what they say is never told in an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraud.scoring.entities import entities_fault, entities_of, first_role

roles = st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True)
values = st.text(st.characters(exclude_categories=["Cs"]), max_size=64)
valid = st.dictionaries(roles, st.one_of(st.none(), values), max_size=10)


@given(valid)
def test_few_short_texts_by_role_are_entities(entities):
    assert entities_fault(entities) is None
    kept = entities_of({"entities": entities})
    assert kept == {r: v.strip() for r, v in entities.items() if v is not None and v.strip()}


def test_a_transaction_need_not_have_any():
    assert entities_fault(None) is None
    assert entities_of({}) == entities_of({"entities": None}) == entities_of({"entities": {}}) == {}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("C-1", "it is a str"),
        ([], "it is a list"),
        ({"customer": 1044}, "customer is a int"),
        ({"customer": ["C-1"]}, "customer is a list"),
        ({"Customer": "C-1"}, "'Customer' is no role"),
        ({"": "C-1"}, "'' is no role"),
        ({"c" * 41: "C-1"}, "is no role"),
        ({"card": "4" * 257}, "card has 257 bytes"),
        ({"card": "\ud800"}, "card holds a character that no file can hold"),
        ({f"r{n}": "x" for n in range(11)}, "it has 11 roles"),
    ],
)
def test_anything_else_is_set_aside_with_the_law_and_the_fact(wrong, told):
    fault = entities_fault(wrong)
    assert fault is not None
    assert fault.startswith("entities is an object of at most 10 roles")
    assert told in fault


def test_no_value_is_in_an_error_for_it_may_be_a_card_number():
    number = "4111111111111111"
    in_values = [{"card": int(number)}, {"card": number * 20}, {"card": [number]}]
    for wrong in [*in_values, [number], {number: "x"}]:
        fault = entities_fault(wrong)
        assert fault is not None
        assert number not in fault


def test_the_first_role_is_that_of_the_first_transaction_that_names_one():
    assert first_role([{}, {"card": "1", "customer": "2"}, {"customer": "3"}]) == "card"
    assert first_role([{}, {}]) is None
