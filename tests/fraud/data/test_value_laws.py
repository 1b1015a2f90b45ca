"""Value laws: a number is finite and not too large, a text is Unicode."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.data.json_values import anything
from fraud.data.value_laws import LARGEST_VALUE, is_number, is_text


@pytest.mark.parametrize("value", [0, -1.5, LARGEST_VALUE, -LARGEST_VALUE, 10**30, 5e-324])
def test_a_finite_number_of_some_size_is_one(value):
    assert is_number(value)


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, 1.1e30, 10**31, 10**400, True, None, "1", [1]]
)
def test_nothing_else_is(value):
    assert not is_number(value)


@given(st.text(st.characters(codec="utf-8")))
def test_text_is_what_utf_8_holds(text):
    assert is_text(text)


@given(anything | st.just("a\ud800"))
def test_what_is_no_string_or_half_a_surrogate_pair_is_no_text(value):
    if not isinstance(value, str) or "\ud800" in value:
        assert not is_text(value)
