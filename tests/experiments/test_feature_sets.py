"""Feature sets: parsed from YAML, and refused with every problem and the nearest name."""

from types import SimpleNamespace
from typing import Any

import pytest

from experiments.feature_sets import PLAIN_SET, FeatureSet, feature_set_named, feature_sets
from foundation.errors import InvalidParams

MIXED = ["log_amount", {"delayed_risk": {"entity": "terminal"}}, "hour_cycle"]


def described(**entities: str) -> Any:
    """The manifest of a data set with these entities."""
    return SimpleNamespace(data="payments", entities=entities)


def test_steps_on_the_row_alone_are_kept_apart_from_steps_on_its_past() -> None:
    features = FeatureSet.of("mixed", MIXED)
    assert [step.name for step in features.row_wise] == ["log_amount", "hour_cycle"]
    assert [step.name for step in features.history] == ["delayed_risk"]


def test_a_set_survives_json() -> None:
    features = FeatureSet.of("mixed", MIXED)
    assert FeatureSet.model_validate_json(features.model_dump_json()) == features


def test_a_set_needs_the_entities_of_its_history_steps() -> None:
    features = FeatureSet.of("mixed", MIXED)
    assert features.missing_entities(described(customer="CUSTOMER_ID")) == ["terminal"]
    features.require_entities(described(terminal="TERMINAL_ID"))
    with pytest.raises(InvalidParams, match=r"the past of each terminal.*it has: customer"):
        features.require_entities(described(customer="CUSTOMER_ID"))


def test_the_problems_of_all_sets_are_listed() -> None:
    with pytest.raises(InvalidParams) as refused:
        feature_sets({"one": ["log_amonut"], "two": [], "three": ["no such step"]})
    assert [problem.split(":")[0] for problem in refused.value.problems] == ["one", "three"]


def test_a_set_of_the_file_is_found_by_its_name() -> None:
    assert feature_set_named("plain") == PLAIN_SET
    assert feature_set_named("clock").row_wise
    with pytest.raises(InvalidParams, match=r"did you mean clock\?"):
        feature_set_named("clok")
