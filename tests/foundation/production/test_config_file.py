"""Production config file: what was accepted is read back to the last digit, and people can read it.

A round trip is equal when values have the same type and the same `repr`: 1, 1.0 and True differ,
and so do 0.0 and -0.0.
"""

import math
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from fakes.studies.trial import RandomTrial
from foundation.production.config import (
    ABOVE_ALL,
    ProductionConfig,
    from_parameter,
    parse_production_config,
    sealed,
    to_parameter,
    to_yaml,
)
from fraud.algorithms import ALGORITHMS

FLOATS = [5e-324, 1.7976931348623157e308, -0.0, 0.0, 1e-05, 1e16, 1e22, 0.1 + 0.2, math.pi]
TEXTS = [
    "", " ", "1", "1.0", "1e5", "1_000", "0x1F", "0o17", "017", "190:20:30", ".inf", ".nan",
    "NaN", "null", "Null", "~", "yes", "no", "on", "off", "y", "n", "true", "False", "2026-11-25",
    "2026-11-25T01:00:00Z", "<<", "=", "{{x}}", "{{{", "- a", "a: b", "a #b", "# a", "'", '"', "\\",
    "a\nb", "a\r\nb", "\ttab", " lead", "trail ", "\x00", "\x07", "\x7f", "\x85", "\xa0", "\u2028",
    "\ufeff", "naïve", "日本", "🦊", "a" * 300, "&a", "*a", "!t", "%x", "@", "`", "|", ">", "?",
]  # fmt: skip

floats = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(FLOATS)
texts = st.text() | st.sampled_from(TEXTS)
values = st.none() | st.booleans() | st.integers() | floats | texts
recipes = st.dictionaries(
    texts,
    st.recursive(
        values, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=8
    ),
)
configs = st.builds(
    sealed,
    promotion_id=texts,
    follows=st.none() | texts,
    restores=st.none() | texts,
    algorithm=texts,
    hyperparameters=st.dictionaries(texts, values),
    recipe=recipes,
    decision_threshold=st.none() | st.floats(0, ABOVE_ALL),
    seed=st.none() | st.integers(0, 2**31 - 1),
    model_digest=st.none() | texts,
    metrics=st.dictionaries(texts, floats),
    lineage=st.dictionaries(texts, texts),
)


def ways_back(config: ProductionConfig) -> list[ProductionConfig]:
    """The configuration as every reader has it: of the file, the parameter, and a journal."""
    return [
        parse_production_config(to_yaml(config), source="the file"),
        from_parameter(to_parameter(config), source="the parameter"),
        ProductionConfig.model_validate_json(config.model_dump_json()),
    ]


def to_the_last_digit(value: Any) -> str:
    return repr(sorted(value.items()) if isinstance(value, dict) else value)


def assert_same(found: ProductionConfig, config: ProductionConfig) -> None:
    assert found == config
    for name in ProductionConfig.model_fields:
        assert to_the_last_digit(getattr(found, name)) == to_the_last_digit(getattr(config, name))


@given(configs)
def test_any_configuration_is_read_back_as_it_was_written(config: ProductionConfig) -> None:
    for found in ways_back(config):
        assert_same(found, config)


@given(st.dictionaries(texts, values))
def test_sealing_changes_no_value_and_no_type(hyperparameters: dict[str, Any]) -> None:
    config = minimal(hyperparameters=hyperparameters)
    assert to_the_last_digit(config.hyperparameters) == to_the_last_digit(hyperparameters)


@pytest.mark.parametrize("name", ALGORITHMS)
@given(seed=st.integers(0, 2**32 - 1))
def test_whatever_an_algorithm_accepts_survives_and_is_accepted_again(name: str, seed: int) -> None:
    algorithm = ALGORITHMS[name]
    suggested = algorithm.suggest(RandomTrial(seed))
    config = minimal(algorithm=name, hyperparameters=suggested.model_dump(mode="json"))
    for found in ways_back(config):
        assert_same(found, config)
        assert algorithm.checked(found.hyperparameters) == suggested


@pytest.mark.parametrize("value", [*FLOATS, True, False, 1, 0, 2**63, -(2**70), None, *TEXTS])
def test_values_that_parsers_trip_over_survive(value: Any) -> None:
    config = minimal(hyperparameters={"value": value}, recipe={"value": [value]})
    for found in ways_back(config):
        assert_same(found, config)
        assert repr(found.hyperparameters["value"]) == repr(value)


def minimal(**changes: Any) -> ProductionConfig:
    plain = {"promotion_id": "p-1", "algorithm": "a", "hyperparameters": {}, "metrics": {}}
    return sealed(**plain | {"lineage": {}} | changes)


@given(configs)
def test_equal_configurations_are_equal_bytes(config: ProductionConfig) -> None:
    content = config.model_dump(exclude={"digest"})
    again = sealed(**dict(reversed(content.items())))
    assert to_yaml(again) == to_yaml(config)
    assert to_parameter(again) == to_parameter(config)


def test_the_file_tells_a_reader_what_it_is_and_not_to_edit_it() -> None:
    text = to_yaml(minimal()).decode()
    comments, body = text.split("\n\n", maxsplit=1)
    assert all(line.startswith("#") for line in comments.splitlines())
    for line in (
        "Do not edit it by hand", "refuse a file that was changed", "ceap promote", "ceap rollback",
        "ceap promotion verify --repair", "docs/schemas/production-model-config.v1.schema.json",
    ):  # fmt: skip
        assert line in comments
    assert list(yaml.safe_load(body)) == list(ProductionConfig.model_fields)


@pytest.mark.parametrize("text", ["1e5", "0o17", "12e45", "1_0", "2026-11-25", "yes", "null", "y"])
def test_a_text_that_another_parser_may_read_otherwise_is_quoted(text: str) -> None:
    """YAML 1.2 takes 1e5 for a number, and 1.1 takes y for true."""
    for file in (
        to_yaml(minimal(hyperparameters={"value": text})),
        to_yaml(minimal(lineage={"value": text})),
    ):
        assert f'value: "{text}"' in file.decode() or f"value: '{text}'" in file.decode()


def test_what_stands_twice_is_written_twice() -> None:
    steps = ["log_amount"]
    text = to_yaml(minimal(recipe={"one": steps, "two": steps})).decode()
    assert "&" not in text
    assert text.count("- log_amount") == 2


def test_a_parameter_holds_no_reference_to_another_one() -> None:
    """AWS takes {{name}} in a value for one, and refuses the value."""
    config = minimal(hyperparameters={"{{a}}": "{{{b}}}"}, recipe={"a": {"b": {}}})
    assert "{{" not in to_parameter(config)
    assert from_parameter(to_parameter(config), source="the parameter") == config
