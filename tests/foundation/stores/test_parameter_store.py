"""What AWS refuses of a parameter is named before anything is sent."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.parameter_store import FakeParameterStore
from foundation.errors import InvalidParams
from foundation.stores.parameter_store import (
    DEEPEST_LEVEL,
    LARGEST_VALUE_BYTES,
    LONGEST_NAME,
    Parameter,
    parameter_problems,
)

NAME = "/fraud-detection/hyperparameters/max_depth"

levels = st.from_regex(r"[a-zA-Z0-9_.-]{1,12}", fullmatch=True)
names = st.lists(levels, min_size=1, max_size=DEEPEST_LEVEL).map(lambda some: "/" + "/".join(some))
values = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)


@given(name=names, value=values)
def test_what_keeps_every_rule_has_no_problem(name: str, value: str) -> None:
    is_reserved = re.match("/(aws|ssm)", name, re.IGNORECASE)
    expected = bool(is_reserved) + ("{{" in value)
    assert len(parameter_problems(name, value)) == expected


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "empty level"),
        ("/", "empty level"),
        ("/a//b", "empty level"),
        ("/a/b/", "empty level"),
        ("/a b", "other characters"),
        ("/größe", "other characters"),
        ("/a:b", "other characters"),
        ("/a\n", "other characters"),
        ("a/b", "does not begin with /"),
        ("/" + "/".join("abcdefghijklmnop"), "16 levels; 15 are the most"),
        ("/" + "n" * LONGEST_NAME, f"{LONGEST_NAME + 1} characters; {LONGEST_NAME} are the most"),
        ("/aws/secret", "begins with aws or ssm"),
        ("/AwsSecret", "begins with aws or ssm"),
        ("SSM-test", "begins with aws or ssm"),
    ],
)
def test_a_name_that_breaks_a_rule_is_told_which(name: str, problem: str) -> None:
    (found,) = parameter_problems(name, "6")
    assert problem in found


@pytest.mark.parametrize(
    "name", ["max_depth", "/" + "n" * (LONGEST_NAME - 1), "/paws/ssm", "/a/aws"]
)
def test_a_name_at_the_edge_of_a_rule_is_taken(name: str) -> None:
    assert parameter_problems(name, "6") == []


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", "its value is empty"),
        ("x" * (LARGEST_VALUE_BYTES + 1), "4097 bytes; 4096 are the most"),
        ("é" * 2049, "4098 bytes; 4096 are the most"),
        ("{{ssm:other}}", "a reference to another parameter"),
        ("half \ud83d", "lone surrogate"),
    ],
)
def test_a_value_that_breaks_a_rule_is_told_which(value: str, problem: str) -> None:
    (found,) = parameter_problems(NAME, value)
    assert problem in found


@pytest.mark.parametrize("value", ["x" * LARGEST_VALUE_BYTES, "é" * 2048, "}}", '{"a":{"b":{}}}'])
def test_a_value_at_the_edge_of_a_rule_is_taken(value: str) -> None:
    assert parameter_problems(NAME, value) == []


@pytest.mark.parametrize("type", ["SecureString", "StringList"])
def test_a_parameter_of_another_type_has_to_go_first(type: str) -> None:
    present = Parameter(name=NAME, value="6", type=type)
    (found,) = parameter_problems(NAME, "6", present)
    assert f"is a {type}" in found
    assert "delete it first" in found


def test_all_problems_are_told_at_once() -> None:
    assert len(parameter_problems("aws a/b", "", Parameter(name="a", value="b", type="X"))) == 5


@pytest.mark.parametrize("change", ["write", "create"])
def test_what_is_refused_is_not_sent(change: str) -> None:
    store = FakeParameterStore({NAME: "6"})
    with pytest.raises(InvalidParams, match="its value is empty"):
        getattr(store, change)(NAME, "")
    assert store.values == {NAME: "6"}
    assert store.writes == 0
