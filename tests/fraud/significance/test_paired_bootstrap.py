"""Paired bootstrap: tie groups are drawn as rows would be, and both rankings see the same draw."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from fraud.metrics.weighted_metrics import RANKING_METRICS
from fraud.significance.paired_bootstrap import AT_A_TIME, PairedBootstrap
from fraud.significance.paired_comparison import compare_scores, rank_indices_of

AP = "average_precision"
every_metric = pytest.mark.parametrize("metric", RANKING_METRICS)


def pair_of(labels, one, other) -> PairedBootstrap:
    return PairedBootstrap.of(*rank_indices_of(labels, {"one": one, "other": other}))


def world(seed: int, *, frauds=20, rows=400, decimals=8) -> tuple:
    random = np.random.default_rng(seed)
    labels = (np.arange(rows) < frauds).astype(int)
    common = random.normal(size=rows) + 2 * labels
    scores = 1 / (1 + np.exp(-(common + 0.5 * random.normal(size=(2, rows)))))
    return labels, *np.round(scores, decimals)


def test_every_draw_of_the_rows_is_as_likely_as_it_should_be():
    labels = np.array([1, 1, 1, 0, 0, 0])
    one, other = np.array([0.9, 0.7, 0.2, 0.8, 0.7, 0.1]), np.array([0.9, 0.3, 0.6, 0.8, 0.5, 0.4])
    expected: Counter[float] = Counter()
    for drawn in product(range(3), repeat=6):
        rows = np.add(drawn, [0, 0, 0, 3, 3, 3])
        values = [average_precision_score(labels[rows], scores[rows]) for scores in (one, other)]
        expected[round(values[0] - values[1], 9)] += 1 / 3**6
    found = pair_of(labels, one, other).drawn_differences(AP, 20_000, seed=1)
    seen = Counter(np.round(found, 9).tolist())
    assert set(seen) <= set(expected)
    for value, likely in expected.items():
        assert seen[value] / 20_000 == pytest.approx(likely, abs=0.012)


@every_metric
@given(seed=st.integers(0, 2**32 - 1), decimals=st.sampled_from([1, 2, 8]))
@settings(max_examples=10)
def test_on_the_rows_as_they_are_it_is_the_difference_of_the_metrics(metric, seed, decimals):
    rows = world(seed, decimals=decimals)
    expected = compare_scores(*rows, metric=metric, resamples=1).difference.value
    assert pair_of(*rows).difference(metric) == pytest.approx(expected, abs=1e-12)


@every_metric
def test_draws_scatter_as_those_of_whole_rows(metric):
    rows = world(1, decimals=2)
    ours = np.quantile(pair_of(*rows).drawn_differences(metric, 4000, seed=0), [0.025, 0.975])
    theirs = compare_scores(*rows, metric=metric, resamples=1000).difference
    width = theirs.high - theirs.low
    assert ours == pytest.approx([theirs.low, theirs.high], abs=0.12 * width)


def test_every_row_is_in_a_tie_group_and_every_draw_has_as_many():
    pair = pair_of(*world(2))
    assert (pair.frauds.sizes.sum(), pair.legitimate.sizes.sum()) == (20, 380)
    assert pair.rarer == 20
    drawn = pair.legitimate.draw(50, np.random.default_rng(0))
    assert set(drawn.sum(axis=1)) == {380}
    assert len(pair.legitimate.sizes) < 380


@pytest.mark.parametrize("resamples", [1, AT_A_TIME, AT_A_TIME + 1])
def test_there_are_as_many_resamples_as_were_asked_for(resamples):
    assert len(pair_of(*world(3)).drawn_differences(AP, resamples, seed=0)) == resamples


def test_rankings_are_alike_when_no_row_is_between_other_frauds():
    labels, one, other = world(4)
    assert pair_of(labels, one, one**3).is_alike
    assert not pair_of(labels, one, other).is_alike


def test_a_fraud_that_only_one_model_catches_weighs_as_much_as_one_of_all():
    labels = (np.arange(1000) < 50).astype(int)
    good = np.where(labels == 1, 0.9, np.linspace(0.1, 0.5, 1000))
    misses_one = np.where(np.arange(1000) == 7, 0.0, good)
    found = pair_of(labels, good, misses_one)
    assert found.weight_per_fraud("recall_at_1pct_fpr") == pytest.approx(1 / 50, rel=0.05)
    assert pair_of(labels, good, good).weight_per_fraud(AP) == 1 / 50
