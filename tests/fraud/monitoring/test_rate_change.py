"""Rates: intervals hold the truth as often as they say, down to counts of none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraud.monitoring.rate_change import between_day_dispersion, rate_change


@given(
    st.integers(0, 60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(5_000, 20_000)), min_size=2, max_size=30),
)
def test_the_interval_of_a_change_holds_the_change_and_narrows_with_less_confidence(events, past):
    sure = rate_change(events, 10_000, past, confidence=0.99)
    less = rate_change(events, 10_000, past, confidence=0.8)
    assert sure.low <= less.low <= less.high <= sure.high
    if any(count for count, _ in past):
        assert less.low <= sure.relative + 1e-9
        assert less.high >= sure.relative - 1e-9


def test_the_interval_of_a_change_covers_the_truth_as_often_as_it_says():
    random = np.random.default_rng(9)
    held = 0
    for _ in range(400):
        past = [(int(count), 10_000) for count in random.poisson(17, 30)]
        change = rate_change(int(random.poisson(17)), 10_000, past, confidence=0.95)
        held += not change.is_beyond_chance
    assert 0.92 <= held / 400 <= 0.99


def test_no_event_where_there_were_many_is_beyond_chance():
    change = rate_change(0, 10_000, [(17, 10_000)] * 30, confidence=0.99)
    assert change.is_beyond_chance
    assert change.relative == change.low == -1


def test_an_event_where_there_never_was_one_has_no_upper_bound():
    change = rate_change(1, 10_000, [(0, 10_000)] * 30, confidence=0.9)
    assert change.high > 1e100
    assert change.baseline == 0


def test_days_that_vary_like_chance_have_no_dispersion_and_restless_ones_do():
    assert between_day_dispersion([(10, 100), (10, 100), (10, 100)]) == 1
    assert between_day_dispersion([(0, 100), (20, 100), (0, 100), (20, 100)]) == pytest.approx(
        40 / 3
    )
    assert between_day_dispersion([(0, 100), (0, 100)]) == 1
