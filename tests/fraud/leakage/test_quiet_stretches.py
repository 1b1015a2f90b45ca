"""Quiet stretches: found whatever their rows, and told from the time between two bursts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraud.leakage.quiet_stretches import (
    MISSING,
    Stretch,
    apart,
    explained_by_bursts,
    may_lack_frauds,
    quiet_stretches,
)


def test_a_stretch_is_found_whatever_the_number_of_transactions_in_it():
    rows, frauds = np.full(20, 1000), np.full(20, 10)
    rows[4], frauds[4] = 10, 0  # so few rows make nobody expect a fraud
    assert quiet_stretches(rows, frauds) == []
    rows[4] = 3000
    assert quiet_stretches(rows, frauds)[0][:3] == (4, 5, 0)


def test_of_stretches_that_overlap_the_first_is_kept():
    one, same, other = Stretch(0, 3, 0, 9.0), Stretch(2, 5, 0, 9.0), Stretch(3, 6, 0, 9.0)
    assert apart([one, same, other]) == [one, other]


@given(seed=st.integers(0, 2**32 - 1), rate=st.floats(0.5, 40), hidden=st.integers(0, 10))
def test_the_quick_answer_never_hides_a_stretch_that_lacks_its_frauds(seed, rate, hidden):
    random = np.random.default_rng(seed)
    rows, frauds = random.integers(50, 500, 30), random.poisson(rate, 30)
    frauds[30 - hidden :] = 0
    lacking = [one for one in quiet_stretches(rows, frauds) if one.found_share < MISSING]
    assert may_lack_frauds(rows, frauds) or not lacking


def test_a_quiet_stretch_among_even_counts_is_not_explained_by_bursts():
    rows, frauds = np.full(30, 1000), np.random.default_rng(1).poisson(10, 30)
    frauds[20:23] = 0
    (stretch,) = apart(quiet_stretches(rows, frauds))
    assert not explained_by_bursts(stretch, [], rows, frauds)


@pytest.mark.parametrize("seed", range(5))
def test_a_quiet_stretch_between_bursts_is_explained_by_them(seed):
    rows, frauds = np.full(30, 1000), np.zeros(30, dtype=np.int64)
    frauds[np.random.default_rng(seed).choice(30, 8, replace=False)] = 40
    for stretch in apart(quiet_stretches(rows, frauds)):
        assert explained_by_bursts(stretch, [], rows, frauds)


def test_a_second_gap_does_not_pass_for_a_burst():
    rows, frauds = np.full(40, 1000), np.random.default_rng(2).poisson(10, 40)
    frauds[5:10], frauds[36:] = 0, 0
    both = apart(quiet_stretches(rows, frauds))
    assert [(one.start, one.stop) for one in both] == [(5, 10), (36, 40)]
    assert not any(explained_by_bursts(one, both, rows, frauds) for one in both)
