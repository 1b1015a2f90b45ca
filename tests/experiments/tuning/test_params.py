"""Parameters of a search are refused when they are loaded, not after an hour."""

import pytest

from experiments.feature_sets import PLAIN_SET, FeatureSet
from experiments.tuning.params import TuneParams
from foundation.errors import InvalidParams


def test_a_search_space_wider_than_production_accepts_is_refused_when_loaded() -> None:
    with pytest.raises(InvalidParams, match="max_depth"):
        TuneParams(algorithms=["xgboost"], search_space={"xgboost": {"max_depth": [3, 99]}})


def test_a_search_needs_an_end() -> None:
    with pytest.raises(ValueError, match="trials, seconds, or both"):
        TuneParams(trials=0, seconds=0)


@pytest.mark.parametrize(
    "changed",
    [{"trials": 99}, {"workers": 9}, {"confirm": 9}, {"threshold_rule": "f1"}, {"review_cost": 3}],
)
def test_a_study_keeps_its_name_when_only_its_budget_or_what_follows_it_changes(
    changed: dict[str, object],
) -> None:
    name = TuneParams().request(PLAIN_SET, "d" * 64).name
    assert TuneParams(**changed).request(PLAIN_SET, "d" * 64).name == name


@pytest.mark.parametrize(
    "changed", [{"folds": 5}, {"seed": 1}, {"imbalance": "none"}, {"batch": 1}]
)
def test_whatever_decides_the_trials_is_in_the_name_of_the_study(
    changed: dict[str, object],
) -> None:
    name = TuneParams().request(PLAIN_SET, "d" * 64).name
    assert TuneParams(**changed).request(PLAIN_SET, "d" * 64).name != name
    assert TuneParams().request(PLAIN_SET, "e" * 64).name != name
    assert TuneParams().request(FeatureSet.of("mine", ["log_amount"]), "d" * 64).name != name


def test_algorithms_are_searched_in_one_order_however_they_are_named() -> None:
    one, other = (
        TuneParams(algorithms=names).request(PLAIN_SET, "d" * 64)
        for names in (["xgboost", "lightgbm"], ["lightgbm", "xgboost"])
    )
    assert one.name == other.name
