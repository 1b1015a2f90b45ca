"""Rank index: it counts the rows before each fraud's score, of any resample, as comparing would."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fraud.metrics.rank_index import RankIndex, counts_before


@given(seed=st.integers(0, 2**32 - 1), days=st.integers(1, 4), decimals=st.sampled_from([1, 2, 9]))
def test_rows_are_counted_as_if_compared_with_each_fraud_of_each_day(seed, days, decimals):
    random = np.random.default_rng(seed)
    labels = np.r_[True, False, random.random(40) < 0.3]
    ranks = np.unique(np.round(random.random(42), decimals), return_inverse=True)[1]
    keys = random.integers(0, days, 42) * 100 + ranks
    drawn = random.integers(0, 4, 42)
    index = RankIndex.of(keys[labels], keys[~labels], width=100)
    rungs = np.unique(keys[labels])
    assert index.day.tolist() == (rungs // 100).tolist()
    for of_class, is_of_class in ((index.frauds, labels), (index.legitimate, ~labels)):
        own, times = keys[is_of_class], drawn[is_of_class]
        before = of_class.counts_before(times)
        assert before[of_class.above].tolist() == [times[own < rung].sum() for rung in rungs]
        assert before[of_class.through].tolist() == [times[own <= rung].sum() for rung in rungs]
        starts = np.arange(keys.max() // 100 + 2) * 100
        assert before[of_class.days].tolist() == [times[own < start].sum() for start in starts]


def test_the_scores_of_one_day_stand_riskiest_first():
    labels = np.array([True, False, True, False, False])
    scores = np.array([0.2, 0.9, 0.7, 0.7, 0.1])
    index = RankIndex.of_scores(labels, scores)
    alarms = index.legitimate.counts_before(np.ones(3, dtype=np.int64))
    assert index.day.tolist() == [0, 0]
    assert alarms[index.legitimate.above].tolist() == [1, 2]  # above 0.7, and above 0.2
    assert alarms[index.legitimate.through].tolist() == [2, 2]  # with the other one of 0.7


@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=1, max_size=4))
def test_counts_before_each_place_end_with_all_of_them(rows):
    before = counts_before(np.array(rows))
    for row, sums in zip(rows, before.tolist(), strict=True):
        assert sums == [sum(row[:place]) for place in range(4)]
