import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraud.metrics.weighted_metrics import RankedScores, calibration_bins, measure


@given(seed=st.integers(0, 2**32 - 1), decimals=st.sampled_from([1, 2, 8]))
def test_counting_rows_twice_measures_the_same_as_having_them_twice(seed, decimals):
    random = np.random.default_rng(seed)
    labels = np.r_[True, True, False, False, random.random(40) < 0.3]
    scores = np.round(random.random(44), decimals)
    days = random.integers(0, 2, 44)
    times = np.r_[1, 1, 1, 1, random.integers(0, 4, 40)]
    counted = measured(labels, scores, days, times)
    repeated = measured(
        *(np.repeat(a, times) for a in (labels, scores, days)), np.ones(times.sum())
    )
    # Calibration bins stay those of the original rows, so that metric is another one.
    del counted["calibration_error"], repeated["calibration_error"]
    assert counted == pytest.approx(repeated, abs=1e-12)


def measured(labels, scores, days, times) -> dict[str, float]:
    ranked = RankedScores.of(labels, scores, days=days, threshold=0.5)
    order = np.argsort(-scores, kind="stable")
    labels, times = labels[order], times[order].astype(np.int64)
    return measure(ranked, times[labels], times[~labels], per_day=4, noise=1)


@given(seed=st.integers(0, 2**32 - 1), rows=st.integers(1, 300))
def test_bins_go_down_the_scores_and_split_none(seed, rows):
    scores = np.sort(np.round(np.random.default_rng(seed).beta(0.2, 2, rows), 2))[::-1]
    bins = calibration_bins(scores)
    assert (np.diff(bins) >= 0).all()
    assert 0 <= bins.min() <= bins.max() <= 9
    for score in np.unique(scores):
        assert len(np.unique(bins[scores == score])) == 1


def test_bins_promise_equally_many_frauds():
    scores = np.sort(np.random.default_rng(0).beta(0.05, 2, 50_000))[::-1]
    promised = np.bincount(calibration_bins(scores), weights=scores)
    assert len(promised) == 10
    assert promised == pytest.approx(np.full(10, scores.sum() / 10), rel=0.01)
