"""A recipe is read from YAML as written, is the same after a trip through JSON, and tells typos."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import InvalidParams
from fraud.features.steps import STEPS
from fraud.features.steps.amount_steps import AmountBins, LogAmount
from fraud.features.steps.interactions import Interactions
from fraud.model.recipe import PLAIN, Recipe

steps = st.one_of(
    st.sampled_from(sorted(STEPS)),
    st.integers(2, 1000).map(lambda bins: {"amount_bins": {"bins": bins}}),
    st.integers(1, 300).map(lambda pairs: {"interactions": {"pairs": pairs}}),
)


def name_of(step: Any) -> str:
    return step if isinstance(step, str) else next(iter(step))


recipes = st.builds(
    Recipe,
    features=st.lists(steps, unique_by=name_of).map(tuple),
    imbalance=st.sampled_from(["weights", "none", "undersample", "smote"]),
    undersample_ratio=st.floats(1, 1e6),
    smote_ratio=st.floats(1, 1e6),
    calibration=st.sampled_from(["none", "isotonic", "platt"]),
    bags=st.integers(1, 20),
)


@given(recipe=recipes)
def test_a_recipe_that_went_through_json_or_yaml_is_equal(recipe: Recipe) -> None:
    assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe
    written = yaml.safe_dump(recipe.model_dump(mode="json"))
    assert Recipe.checked(yaml.safe_load(written), source="yaml") == recipe


def test_a_step_stands_in_yaml_as_its_name_or_with_options() -> None:
    text = "[log_amount, {amount_bins: {bins: 5}}, {interactions: }]"
    recipe = Recipe.checked({"features": yaml.safe_load(text)}, source="yaml")
    assert recipe.features == (LogAmount(), AmountBins(bins=5), Interactions(pairs=6))
    assert recipe.model_dump(mode="json")["features"] == [
        "log_amount", {"amount_bins": {"bins": 5}}, {"interactions": {"pairs": 6}},
    ]  # fmt: skip


def test_steps_that_were_read_already_are_taken_as_they_are() -> None:
    features = (LogAmount(), AmountBins(bins=7))
    assert Recipe(features=features).features == features


@pytest.mark.parametrize(
    ("step", "hint"),
    [
        ("log_amont", "did you mean log_amount?"),
        ("colour", "known: amount_bins, hour_cycle"),
        ({"amount_bin": {"bins": 5}}, "did you mean amount_bins?"),
        ({"amount_bins": {"bns": 5}}, "did you mean bins?"),
        ({"amount_bins": {"bins": 1}}, "amount_bins.bins: Input should be greater than"),
        ({"log_amount": {"base": 2}}, "log_amount.base: no such parameter"),
        ({"log_amount": {}, "hour_cycle": {}}, "a name, or {name: {option: value}}"),
        ({"amount_bins": 5}, "a name, or {name: {option: value}}"),
        (5, "a name, or {name: {option: value}}"),
    ],
)
def test_a_step_that_there_is_not_is_refused_with_a_hint(step: Any, hint: str) -> None:
    with pytest.raises(InvalidParams) as refused:
        Recipe.checked({"features": [step]}, source="recipe")
    assert hint in str(refused.value)


def test_every_problem_is_listed_at_once() -> None:
    with pytest.raises(InvalidParams, match="3 problems"):
        Recipe.checked({"features": ["a", "b"], "imbalance": "smot"}, source="recipe")


def test_a_step_is_taken_once() -> None:
    twice = [{"amount_bins": {"bins": 5}}, "amount_bins"]
    with pytest.raises(InvalidParams, match="repeated: amount_bins"):
        Recipe.checked({"features": twice}, source="recipe")


def test_the_plain_recipe_leaves_everything_to_the_algorithm() -> None:
    assert (PLAIN.features, PLAIN.imbalance, PLAIN.calibration) == ((), "weights", "none")


def test_a_single_bag_is_not_mentioned() -> None:
    assert "bags" not in Recipe(imbalance="none").model_dump_json()
    assert Recipe(bags=2).model_dump(mode="json")["bags"] == 2


@pytest.mark.parametrize("bags", [0, 21, 2.5])
def test_bags_are_1_to_20(bags: float) -> None:
    with pytest.raises(InvalidParams, match="bags"):
        Recipe.checked({"bags": bags}, source="recipe")
