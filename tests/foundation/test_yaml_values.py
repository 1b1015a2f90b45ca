"""YAML values: the scalars of YAML 1.2, and every value read back as it was written."""

import math
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.yaml_values import parsed_yaml, yaml_word

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=12)
)
names = st.text("abcdefghij_", min_size=1, max_size=6)
shapes = st.from_regex(r"[-+]?[0-9_]{0,3}\.?[0-9]{0,2}([eE][-+]?[0-9]{1,2})?", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001), ("1E5", 100_000.0), (".5e3", 500.0), ("-2.5e+2", -250.0), ("1.", 1.0),
        ("+.5", 0.5), ("-.inf", -math.inf), ("7", 7), ("-7", -7), ("042", 42), ("0x1F", 31),
        ("0o17", 15), ("10_000", 10_000), ("true", True), ("False", False), ("null", None),
        ("~", None), ("", None), ("yes", "yes"), ("no", "no"), ("on", "on"), ("off", "off"),
        ("12:30", "12:30"), ("2026-01-01", "2026-01-01"), ("e5", "e5"), ("1e", "1e"),
        ("'1e-3'", "1e-3"), ("[1e-3, {a: 2E4}]", [0.001, {"a": 20_000.0}]),
    ],
)  # fmt: skip
def test_a_value_is_what_yaml_1_2_says_it_is(text: str, value: Any) -> None:
    read = parsed_yaml(text)
    assert read == value
    assert type(read) is type(value)


def test_not_a_number_is_read_as_that() -> None:
    assert math.isnan(parsed_yaml(".nan"))


@settings(max_examples=50)
@given(st.one_of(scalars, st.lists(scalars, max_size=3), st.dictionaries(names, scalars)))
def test_every_value_is_read_back_equal(value: Any) -> None:
    assert parsed_yaml(yaml_word(value)) == value


@given(shapes)
def test_a_text_that_looks_like_a_number_stays_a_text_for_readers_of_both_versions(
    text: str,
) -> None:
    word = yaml_word(text)
    assert parsed_yaml(word) == yaml.safe_load(word) == text


@given(shapes)
def test_what_yaml_1_1_reads_as_a_decimal_number_is_one(text: str) -> None:
    before = yaml.safe_load(text)
    if isinstance(before, float) and "_" not in text:
        assert parsed_yaml(text) == before
