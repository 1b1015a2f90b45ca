"""Paired comparison: a difference is called one when it is, and seldom when it is not."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from foundation.errors import InvalidData, InvalidParams
from fraud.metrics.bootstrap import draw_counts
from fraud.metrics.estimates import evaluate_scores
from fraud.metrics.weighted_metrics import RANKING_METRICS
from fraud.significance.paired_comparison import against_best, compare_rankings, compare_scores

every_metric = pytest.mark.parametrize("metric", RANKING_METRICS)


def world(seed: int, *, rows=300, frauds=40, apart=1.5, models=2, shared=0.8) -> tuple:
    """Labels, and the scores of equally good models that share some of what they see."""
    random = np.random.default_rng(seed)
    labels = random.permutation((np.arange(rows) < frauds).astype(int))
    common = random.normal(size=rows) * shared
    own = random.normal(size=(models, rows)) * np.sqrt(1 - shared**2)
    return labels, 1 / (1 + np.exp(-(apart * labels + common + own)))


@every_metric
@given(seed=st.integers(0, 2**32 - 1), decimals=st.sampled_from([1, 2, 8]))
@settings(max_examples=10)
def test_equal_scores_do_not_differ_at_all(metric, seed, decimals):
    labels, scores = world(seed, rows=60)
    score = np.round(scores[0], decimals)
    found = compare_scores(labels, score, score, metric=metric, resamples=30)
    assert (found.difference.value, found.difference.low, found.difference.high) == (0, 0, 0)
    assert (found.p_value, found.detectable, found.is_distinguishable) == (1.0, 0.0, False)


@every_metric
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=10)
def test_swapping_the_models_turns_the_difference_round(metric, seed):
    labels, scores = world(seed, rows=80)
    one = compare_scores(labels, *scores, metric=metric, resamples=40, seed=seed)
    other = compare_scores(labels, *scores[::-1], metric=metric, resamples=40, seed=seed)
    assert one.difference.value == -other.difference.value
    assert one.difference.low == pytest.approx(-other.difference.high, abs=1e-12)
    assert (one.p_value, one.detectable) == pytest.approx((other.p_value, other.detectable))


@every_metric
def test_the_difference_is_that_of_the_metrics(metric):
    labels, scores = world(3)
    measured = [
        evaluate_scores(labels, score, threshold=0.5, days=None, resamples=1)[metric].value
        for score in scores
    ]
    found = compare_scores(labels, *scores, metric=metric, resamples=10)
    assert found.difference.value == pytest.approx(measured[0] - measured[1], abs=1e-12)


@pytest.mark.parametrize(
    ("metric", "reference"),
    [("average_precision", average_precision_score), ("roc_auc", roc_auc_score)],
)
def test_both_models_are_measured_on_the_same_rows_drawn_in_the_order_of_the_file(
    metric, reference
):
    labels, scores = world(5)
    scores = np.round(scores, 2)
    random = np.random.default_rng(11)
    weights = np.empty(len(labels))
    weights[labels == 1] = draw_counts(int(labels.sum()), random)
    weights[labels == 0] = draw_counts(int((1 - labels).sum()), random)
    drawn = [reference(labels, score, sample_weight=weights) for score in scores]
    found = compare_scores(labels, *scores, metric=metric, resamples=1, seed=11)
    assert found.difference.low == pytest.approx(drawn[0] - drawn[1], abs=1e-12)


def test_a_better_model_is_told_apart_and_a_pair_says_more_than_two_intervals():
    labels, scores = world(7, rows=2000, frauds=120, models=1, shared=1.0)
    worse = np.clip(scores[0] + np.random.default_rng(1).normal(0, 0.05, 2000), 0, 1)
    found = compare_scores(labels, scores[0], worse)
    assert found.is_distinguishable
    assert found.difference.low > 0
    assert "beyond chance" in found.sentence
    alone = evaluate_scores(labels, worse, threshold=0.5, days=None)["average_precision"]
    assert found.difference.high - found.difference.low < (alone.high - alone.low) * 0.75


def test_equally_good_models_are_told_apart_about_as_seldom_as_promised():
    told = sum(
        compare_scores(*_pair(seed), resamples=100, seed=seed).is_distinguishable
        for seed in range(300)
    )
    assert 2 <= told <= 24  # 5 % of 300 are 15; more than 24 happens to 1 in 100 seeds


def test_a_detectable_difference_is_detected_about_four_times_in_five():
    apart, found_gains, told = 0.57, [], 0
    for seed in range(100):
        labels, scores = world(seed)
        better = 1 / (1 + np.exp(-(np.log(scores[0] / (1 - scores[0])) + apart * labels)))
        found = compare_scores(labels, better, scores[1], resamples=200, seed=seed)
        found_gains.append((found.difference.value, found.detectable))
        told += found.is_distinguishable
    gain, detectable = np.mean(found_gains, axis=0)
    assert gain == pytest.approx(detectable, rel=0.1)  # what was planted is that large
    assert 65 < told < 90


def test_what_could_not_be_told_apart_says_what_could_have_been():
    found = compare_scores(*_pair(2), resamples=200)
    assert f"would have shown a difference of {found.detectable:.3f}" in found.sentence
    assert not found.is_distinguishable


def test_every_model_is_compared_with_the_best_which_comes_first():
    labels, scores = world(1, models=4)
    named = dict(zip("abcd", scores, strict=True))
    named["worst"] = np.random.default_rng(0).random(300)
    found = against_best(labels, named, resamples=200)
    values = [compared.difference.value for compared in found.values()]
    assert set(found) == set(named)
    assert values[0] == 0
    assert values == sorted(values, reverse=True)
    best, *_, last = found
    assert last == "worst"
    assert found["worst"].is_distinguishable
    assert not found[best].is_distinguishable
    alone = compare_scores(labels, named["worst"], named[best], resamples=200)
    assert found["worst"].difference.value == pytest.approx(alone.difference.value)
    assert found["worst"].detectable > alone.detectable  # ten pairs ask for more


def test_p_values_grow_with_the_number_of_pairs_and_never_pass_one():
    labels, scores = world(4, models=3)
    two = against_best(labels, {"a": scores[0], "b": scores[1]}, resamples=300)
    pair = compare_scores(labels, scores[0], scores[1], resamples=300)
    assert max(c.p_value for c in two.values() if c.difference.value) == pair.p_value
    many = {str(n): score for n, score in enumerate(world(4, models=6)[1])}
    p_values = [compared.p_value for compared in against_best(labels, many).values()]
    assert max(p_values) == 1.0
    assert all(p > 0 for p in p_values)


def test_the_best_of_equal_models_is_seldom_called_better_than_any():
    wrong = 0
    for seed in range(30):
        labels, scores = world(seed, models=5, rows=200, shared=0.0)
        named = dict(zip("abcde", scores, strict=True))
        found = against_best(labels, named, resamples=400, seed=seed)
        wrong += any(compared.is_distinguishable for compared in found.values())
    assert wrong <= 4  # 5 % of 30 are 1.5; more than 4 happens to 1 in 50 seeds


def test_among_many_models_a_clear_difference_can_still_be_seen():
    labels, scores = world(2, models=1, rows=120)
    random = np.random.default_rng(0)
    named = {"good": scores[0]} | {str(n): random.random(120) for n in range(12)}
    found = against_best(labels, named, resamples=100)
    assert all(found[name].is_distinguishable for name in named if name != "good")


def test_a_model_alone_is_the_best_of_all():
    labels, scores = world(2)
    found = against_best(labels, {"alone": scores[0]}, resamples=5)
    assert list(found) == ["alone"]
    assert found["alone"].p_value == 1.0


def test_seeds_decide_the_resamples():
    labels, scores = world(9)
    seeds = (1, 1, 2)
    found = [compare_scores(labels, *scores, resamples=30, seed=seed) for seed in seeds]
    assert [one == other for one, other in pairwise(found)] == [True, False]


def test_a_metric_that_does_not_rank_is_refused():
    with pytest.raises(InvalidParams, match="'brier'"):
        compare_scores([0, 1], [0.1, 0.9], [0.2, 0.8], metric="brier")


def test_scores_of_other_rows_are_refused():
    with pytest.raises(InvalidData, match="one label and one score"):
        compare_scores([0, 1], [0.1, 0.9], [0.2, 0.8, 0.3])
    with pytest.raises(InvalidData, match="at least one model"):
        against_best([0, 1], {})


def _pair(seed: int) -> tuple:
    labels, scores = world(seed)
    return labels, *scores


def test_all_metrics_at_once_are_what_each_gives_alone():
    labels, scores = world(5)
    together = compare_rankings(labels, *scores, resamples=50, seed=1)
    assert together == {
        metric: compare_scores(labels, *scores, metric=metric, resamples=50, seed=1)
        for metric in RANKING_METRICS
    }
    assert len({compared.difference for compared in together.values()}) == len(RANKING_METRICS)
