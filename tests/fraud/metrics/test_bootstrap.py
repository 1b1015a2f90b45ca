"""Bootstrap resamples have as many rows as there were, each as likely as another."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import InvalidData
from fraud.metrics.bootstrap import (
    draw_counts,
    percentiles,
    require_resamples,
    stratified_counts,
)


@given(rows=st.integers(1, 500), seed=st.integers(0, 2**32 - 1))
def test_a_resample_has_as_many_rows_as_there_were(rows, seed):
    counts = draw_counts(rows, np.random.default_rng(seed))
    assert (len(counts), counts.sum()) == (rows, rows)


def test_every_row_is_as_likely_as_another():
    random = np.random.default_rng(0)
    total = sum(draw_counts(20, random) for _ in range(5000))
    assert total == pytest.approx(np.full(20, 5000), rel=0.06)


@given(frauds=st.integers(1, 50), legitimate=st.integers(1, 500), seed=st.integers(0, 2**32 - 1))
def test_both_classes_keep_their_size_and_equal_seeds_give_equal_resamples(
    frauds, legitimate, seed
):
    once, again = (
        list(stratified_counts(frauds, legitimate, resamples=3, seed=seed)) for _ in range(2)
    )
    assert [(len(one), len(other)) for one, other in once] == [(frauds, legitimate)] * 3
    assert [(one.sum(), other.sum()) for one, other in once] == [(frauds, legitimate)] * 3
    np.testing.assert_equal(once, again)


def test_an_interval_leaves_out_equally_much_at_both_ends():
    low, high = percentiles(np.arange(101.0)[:, None] * [1, 2], 0.9)
    np.testing.assert_allclose([low, high], [[5, 10], [95, 190]])


@pytest.mark.parametrize(("resamples", "confidence"), [(0, 0.95), (10, 0.0), (10, 1.0)])
def test_choices_that_make_no_interval_are_refused(resamples, confidence):
    with pytest.raises(InvalidData, match="at least one resample"):
        require_resamples(resamples, confidence)
