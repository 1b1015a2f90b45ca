"""Whatever a search space suggests, production accepts; wrong ranges are refused when read."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.search.sampling import draw_batch
from experiments.search.space import SearchSpace
from fakes.studies.studies import study_request
from foundation.errors import InvalidParams
from fraud.algorithms import ALGORITHMS

every_algorithm = pytest.mark.parametrize("name", ALGORITHMS)
every_strategy = pytest.mark.parametrize("strategy", ["bayesian", "random", "grid"])

WRONG = {
    "xgboost": {
        "max_dept": [1, 2],
        "max_depth": [10, 3],
        "subsample": [0.5, 2],
        "gamma": {"low": 0, "high": 1, "log": True},
        "min_child_weight": {"values": [1, "a", True]},
        "n_estimators": [1.5, 10],
        "early_stopping_rounds": {"values": [], "low": 1},
        "reg_alpha": 3,
        "reg_lambda": {"low": 1, "hi": 2},
        "colsample_bytree": {"values": [0.5, 0.5]},
        "learning_rate": {"low": 0.1, "high": 0.2, "log": "yes"},
    },
    "lightgbm": {"num_leaves": [2, 4]},
    "lightgmb": {},
}


@every_algorithm
@every_strategy
@settings(max_examples=10)
@given(seed=st.integers(0, 2**31 - 1))
def test_whatever_the_space_suggests_production_accepts(name, strategy, seed) -> None:
    space = SearchSpace.over([name])
    request = study_request(search_space=space, strategy=strategy, seed=seed)
    for drawn in draw_batch(request, 0, []):
        algorithm, hyperparameters = space.chosen(drawn.parameters)
        assert algorithm == name
        kept = json.loads(json.dumps(hyperparameters))
        assert ALGORITHMS[name].checked(kept).model_dump() == hyperparameters
        assert drawn.parameters.items() <= {f"{name}.{k}": v for k, v in kept.items()}.items()


@every_strategy
@settings(max_examples=20)
@given(data=st.data(), seed=st.integers(0, 2**31 - 1))
def test_nothing_is_suggested_outside_a_users_range(strategy, data, seed) -> None:
    low, high = sorted(data.draw(st.tuples(st.integers(1, 16), st.integers(1, 16))))
    rates = data.draw(st.lists(st.floats(0.001, 1), min_size=1, max_size=4, unique=True))
    laid = {"xgboost": {"max_depth": [low, high], "learning_rate": {"values": rates}}}
    space = SearchSpace.over(["xgboost"], laid)
    for drawn in draw_batch(study_request(search_space=space, strategy=strategy, seed=seed), 0, []):
        _, hyperparameters = space.chosen(drawn.parameters)
        assert low <= hyperparameters["max_depth"] <= high
        assert hyperparameters["learning_rate"] in rates


def test_every_wrong_range_is_named_at_once() -> None:
    with pytest.raises(InvalidParams) as refused:
        SearchSpace.over(["xgboost"], WRONG)
    listed = "\n".join(refused.value.problems)
    for part in [
        "lightgbm: it is not searched",
        "'lightgmb'; did you mean lightgbm?",
        "max_dept: no such hyperparameter; did you mean max_depth?",
        "max_depth: low 10 is above high 3",
        "subsample: high is not accepted by production",
        "gamma: log needs a low above 0, not 0.0",
        "min_child_weight: value 2 should be a number, not 'a'",
        "min_child_weight: value 3 should be a number, not True",
        "n_estimators: low should be a whole number, not 1.5",
        "early_stopping_rounds: it should be [low, high]",
        "reg_alpha: it should be [low, high]",
        "reg_lambda: it should be [low, high]",
        "colsample_bytree: values repeats [0.5]",
        "learning_rate: log should be true or false, not 'yes'",
    ]:
        assert part in listed
    assert len(refused.value.problems) == 14


@pytest.mark.parametrize("algorithms", [[], ["xgbost"]])
def test_a_space_of_no_known_algorithm_is_refused(algorithms) -> None:
    with pytest.raises(InvalidParams, match="algorithms: "):
        SearchSpace.over(algorithms)


def test_the_order_in_which_a_space_is_written_means_nothing() -> None:
    ranges = {"max_depth": [3, 6], "gamma": [0, 1]}
    one = SearchSpace.over(["xgboost", "lightgbm"], {"xgboost": ranges})
    other = SearchSpace.over(
        ["lightgbm", "xgboost"], {"xgboost": dict(reversed(list(ranges.items())))}
    )
    assert one.model_dump_json() == other.model_dump_json()


def test_a_space_survives_json() -> None:
    space = SearchSpace.over(list(ALGORITHMS), {"xgboost": {"gamma": {"values": [0, 2]}}})
    assert SearchSpace.model_validate_json(space.model_dump_json()) == space


def test_a_grid_varies_the_named_hyperparameters_alone() -> None:
    space = SearchSpace.over(["xgboost"], {"xgboost": {"max_depth": [3, 10]}})
    assert space.levels("xgboost") == {"max_depth": (3, 6, 10)}
    _, hyperparameters = space.chosen({"xgboost.max_depth": 3})
    defaults = ALGORITHMS["xgboost"].checked({}).model_dump()
    assert hyperparameters == defaults | {"max_depth": 3}


@every_algorithm
def test_a_grid_without_named_ones_takes_three_levels_of_each(name) -> None:
    space = SearchSpace.over([name])
    levels = space.levels(name)
    assert levels.keys() == space.ranges[name].keys()
    for hyperparameter, values in levels.items():
        span = space.ranges[name][hyperparameter]
        assert values == tuple(sorted(values))
        assert (len(values), values[0], values[-1]) == (3, span.low, span.high)
