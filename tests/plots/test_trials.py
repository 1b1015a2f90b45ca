"""A search by number: what was best so far and in all, whichever direction is better."""

import numpy as np
import pytest

from plots.trials import MAX_DISTANCE, Trials

VALUES = [0.5, 0.7, None, 0.6, float("inf"), 0.8]
STATES = ["COMPLETE", "complete", "FAIL", "PRUNED", "COMPLETE", "COMPLETE"]
ALGORITHMS = ["forest", "xgboost", "forest", "xgboost", "network", "forest"]


def trials(sign: int = 1) -> Trials:
    return Trials.of(VALUES, STATES, ALGORITHMS, sign=sign)


def test_only_a_complete_trial_with_a_finite_value_counts() -> None:
    assert trials().complete.tolist() == [True, True, False, False, False, True]
    assert np.isnan(trials().values).tolist() == [False, False, True, False, True, False]


@pytest.mark.parametrize(
    ("sign", "expected"), [(1, [0.5, 0.7, 0.7, 0.7, 0.7, 0.8]), (-1, [0.5] * 6)]
)
def test_the_best_so_far_never_gets_worse(sign: int, expected: list[float]) -> None:
    assert trials(sign).best_so_far().tolist() == expected


def test_before_a_trial_is_complete_nothing_is_best() -> None:
    some = Trials.of([None, 0.9, 0.4], ["FAIL", "PRUNED", "COMPLETE"], ["a"] * 3, sign=1)
    assert np.isnan(some.best_so_far()[:2]).all()
    assert some.best_so_far()[2] == 0.4
    assert some.best_of(np.array([True, True, False])) is None


@pytest.mark.parametrize(
    ("sign", "best", "ranked"),
    [(1, 5, ["forest", "xgboost", "network"]), (-1, 0, ["forest", "xgboost", "network"])],
)
def test_algorithms_are_ranked_by_their_best_trial(sign: int, best: int, ranked: list[str]) -> None:
    assert trials(sign).best_of(np.full(6, True)) == best
    assert trials(sign).ranked() == ranked


def test_the_finding_names_the_best_trial_and_counts_the_others() -> None:
    assert trials().finding(STATES) == (
        "Best of 6 trials: 0.8, trial 5 (forest); 1 pruned, 1 failed"
    )
    nothing = Trials.of([None], ["FAIL"], ["a"], sign=1)
    assert nothing.finding(["FAIL"]) == "None of 1 trial finished (0 pruned, 1 failed)"


def test_a_hopeless_trial_takes_no_more_room_than_several_good_ones() -> None:
    some = Trials.of([0.80, 0.81, 0.82, 0.83, 0.01], ["COMPLETE"] * 5, ["a"] * 5, sign=1)
    low, high = some.value_limits()
    assert 0.83 - 1.06 * MAX_DISTANCE * 0.02 <= low < 0.80
    assert 0.83 < high < 0.85


@pytest.mark.parametrize("sign", [1, -1])
def test_equal_values_still_have_room(sign: int) -> None:
    low, high = Trials.of([0.0, 0.0], ["COMPLETE"] * 2, ["a"] * 2, sign=sign).value_limits()
    assert low < 0 < high
    assert Trials.of([], [], [], sign=sign).value_limits() == (0.0, 1.0)
