"""A range has levels, a nearest value and draws, all within it; a wrong one names its faults."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.search.ranges import Choice, Span, own_ranges, parsed_range
from experiments.search.space import SearchSpace
from fakes.studies.trial import RandomTrial
from foundation.errors import InvalidParams
from fraud.algorithms import ALGORITHMS


def test_a_log_range_of_whole_numbers_starts_at_one() -> None:
    laid = {"lightgbm": {"reg_alpha": [0, 1]}, "random_forest": {"max_depth": [1, 4]}}
    with pytest.raises(InvalidParams, match="reg_alpha: log needs a low above 0"):
        SearchSpace.over(["lightgbm", "random_forest"], laid)


def test_a_pair_keeps_the_scale_of_the_algorithm() -> None:
    space = SearchSpace.over(["xgboost"], {"xgboost": {"learning_rate": [0.01, 0.3]}})
    assert space.ranges["xgboost"]["learning_rate"].log


@given(low=st.integers(1, 50), width=st.integers(0, 50), log=st.booleans(), seed=st.integers(0))
def test_levels_and_draws_lie_within_a_range_and_keep_its_type(low, width, log, seed) -> None:
    for kind in (int, float):
        span = Span(low=kind(low), high=kind(low + width), log=log)
        trial = RandomTrial(seed)
        span.draw(trial, "depth")
        for value in (*span.levels, trial.drawn["depth"], span.nearest(kind(0)), span.nearest(200)):
            assert isinstance(value, kind)
            assert low <= value <= low + width


def test_the_middle_level_of_a_log_range_is_its_geometric_mean() -> None:
    assert Span(low=1, high=100, log=True).levels == (1, 10, 100)
    assert Span(low=1, high=100).levels == (1, 50, 100)
    assert Span(low=3, high=3).levels == (3,)


def test_of_a_choice_the_nearest_value_is_taken() -> None:
    choice = Choice(values=(1, 10, 100))
    assert [choice.nearest(value) for value in (-5, 4, 7, 1000)] == [1, 1, 10, 100]
    assert choice.levels == (1, 10, 100)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_own_ranges_of_an_algorithm_are_where_it_suggests(algorithm) -> None:
    trial = RandomTrial(1)
    ALGORITHMS[algorithm].suggest(trial)
    ranges = own_ranges(algorithm)
    assert ranges.keys() == trial.drawn.keys()
    assert all(
        ranges[name].low <= value <= ranges[name].high for name, value in trial.drawn.items()
    )


def test_a_range_is_read_in_the_type_of_its_hyperparameter() -> None:
    own = own_ranges("xgboost")
    assert parsed_range("xgboost", "max_depth", [3, 9], own["max_depth"]) == Span(low=3, high=9)
    floats = parsed_range("xgboost", "gamma", {"values": [0, 1]}, None)
    assert isinstance(floats, Choice)
    assert all(isinstance(value, float) for value in floats.values)
    assert parsed_range("xgboost", "max_depth", {"low": 9, "high": 3}, None) == [
        "low 9 is above high 3"
    ]
