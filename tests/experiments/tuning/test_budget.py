"""A budget in seconds is of the whole search; a budget in trials has no deadlines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.tuning import budget as module
from experiments.tuning.budget import Budget


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    return now


@given(seconds=st.integers(1, 100_000))
def test_the_parts_end_one_after_the_other_and_before_the_whole(seconds: int) -> None:
    budget = Budget(seconds, began=50.0)
    ends = [budget.search_ends, budget.confirmation_ends, budget.winner_ends]
    assert 50.0 < ends[0] < ends[1] < ends[2] < 50.0 + seconds


def test_without_seconds_nothing_has_a_deadline(clock: list[float]) -> None:
    budget = Budget.of(0)
    clock[0] += 1e9
    assert budget.may_begin_a_fit()
    assert (budget.search_ends, budget.confirmation_ends, budget.winner_ends) == (None, None, None)
    assert budget.bags(5, seconds_a_bag=1e9, workers=1) == 5


def test_no_fit_of_the_search_begins_after_its_share(clock: list[float]) -> None:
    budget = Budget.of(100)
    clock[0] += 35
    assert budget.may_begin_a_fit()
    clock[0] += 2
    assert not budget.may_begin_a_fit()


@pytest.mark.parametrize(("seconds_a_bag", "bags"), [(1.0, 5), (30.0, 4), (60.0, 2), (1e4, 1)])
def test_the_winner_has_as_many_bags_as_there_is_time_for(
    seconds_a_bag: float, bags: int, clock: list[float]
) -> None:
    budget = Budget.of(100)
    clock[0] = budget.winner_ends - 80.0 if budget.winner_ends else 0.0
    assert budget.bags(5, seconds_a_bag=seconds_a_bag, workers=2) == bags


def test_it_says_how_it_will_be_spent() -> None:
    assert Budget(300, 0.0).plan() == (
        "300 s in all: 116 s to search, then at most 91 s to confirm the best on fresh folds, 69 s "
        "for the bags of the winner, and the rest to score the test rows and to record."
    )


def test_it_knows_how_long_it_took(clock: list[float]) -> None:
    budget = Budget.of(100)
    clock[0] += 129
    assert budget.took() == 129
