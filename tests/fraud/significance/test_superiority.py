"""Superiority: a challenger passes for being better, not for luck or for too few frauds."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.data.true_quality import AP, RECALL, Model, World
from foundation.errors import InvalidData, InvalidParams
from fraud.metrics.weighted_metrics import RANKING_METRICS
from fraud.significance.paired_comparison import compare_scores
from fraud.significance.superiority import Judgement, judge_challenger

every_metric = pytest.mark.parametrize("metric", RANKING_METRICS)
SMALL = World(frauds=74, legitimate=2000)
GOOD, POOR = Model(3.5), Model(1.5)


def rows(*models: Model, seed: int = 0, world: World = SMALL) -> tuple:
    """Labels, and what each model scores."""
    return world.labels, *world.scores(list(models), np.random.default_rng(seed))


def judged(*models: Model, seed: int = 0, **asked: object) -> Judgement:
    return judge_challenger(*rows(*models, seed=seed), resamples=500, **asked)


def test_a_better_challenger_passes():
    found = judged(GOOD, POOR)
    assert found.verdict == "pass"
    assert found.p_value < 0.05
    assert found.difference.low > 0
    assert "better, beyond chance" in found.sentence


def test_a_worse_one_fails():
    found = judged(POOR, GOOD)
    assert found.verdict == "fail"
    assert found.p_value > 0.95
    assert found.worse_p_value < 0.05
    assert "worse, beyond chance" in found.sentence


def test_where_the_rows_cannot_tell_it_holds_and_says_what_they_could_have_told():
    found = judged(GOOD, GOOD, seed=1)
    assert found.verdict == "hold"
    assert found.difference.low < 0 < found.difference.high
    assert f"true difference is {found.detectable:+.3f} passes four times in five" in found.sentence


@every_metric
def test_the_difference_and_its_interval_are_those_of_a_comparison(metric):
    given_rows = rows(Model(2.5), Model(2), seed=3)
    ours = judge_challenger(*given_rows, metric=metric, resamples=1500).difference
    theirs = compare_scores(*given_rows, metric=metric, resamples=1500).difference
    assert ours.value == theirs.value
    width = theirs.high - theirs.low
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.1 * width)


@every_metric
@given(seed=st.integers(0, 2**32 - 1), decimals=st.sampled_from([1, 2, 8]))
@settings(max_examples=10)
def test_equal_scores_are_not_better_and_not_worse(metric, seed, decimals):
    labels, scores = rows(GOOD, seed=seed)
    scores = np.round(scores, decimals)
    found = judge_challenger(labels, scores, scores, metric=metric, resamples=100)
    assert (found.verdict, found.p_value) == ("hold", 1.0)
    assert (found.difference.value, found.difference.low, found.difference.high) == (0, 0, 0)
    asked = {"metric": metric, "test": "non_inferiority", "margin": 0.01, "resamples": 100}
    assert judge_challenger(labels, scores, scores, **asked).verdict == "pass"


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=10)
def test_only_the_order_of_scores_counts(seed):
    labels, one, other = rows(Model(2.2), Model(2), seed=seed)
    assert judge_challenger(labels, one**3, other, resamples=100) == judge_challenger(
        labels, one, np.sqrt(other), resamples=100
    )


def test_the_margin_is_what_a_challenger_may_be_worse_by():
    asked = {"metric": "roc_auc", "test": "non_inferiority"}
    narrow, wide = (judged(GOOD, GOOD, seed=1, margin=margin, **asked) for margin in (0.001, 0.2))
    assert (narrow.verdict, wide.verdict) == ("hold", "pass")
    assert narrow.uncorrected_p_value > wide.uncorrected_p_value
    assert "may be worse by 0.001 or more" in narrow.sentence
    assert "not worse by 0.2 or more, beyond chance" in wide.sentence
    assert wide.needed < 0


def test_worse_by_far_more_than_the_margin_fails():
    found = judged(POOR, GOOD, test="non_inferiority", margin=0.05)
    assert found.verdict == "fail"
    assert "worse by more than 0.05, beyond chance" in found.sentence


def test_without_a_margin_not_worse_is_better():
    better = judged(Model(2.2), Model(2), seed=5)
    not_worse = judged(Model(2.2), Model(2), seed=5, test="non_inferiority", margin=0.0)
    assert replace(not_worse, test="superiority") == better


def test_superiority_knows_no_margin():
    assert judged(GOOD, GOOD, margin=0.1) == judged(GOOD, GOOD)


def test_a_margin_of_frauds_that_the_rows_need_not_show_is_not_ruled_out():
    """Both catch the same frauds, but 1 in 100 that the challenger loses is easily not among 74."""
    labels = np.repeat([1, 0], [74, 2000])
    random = np.random.default_rng(0)
    plain = np.where(labels == 1, 0.9, 0.1)
    scores = [plain + 0.05 * random.random(len(labels)) for _ in range(2)]
    asked = {"metric": RECALL, "test": "non_inferiority"}
    small, large = (judge_challenger(labels, *scores, margin=m, **asked) for m in (0.01, 0.1))
    assert small.difference.value == large.difference.value == 0
    assert (small.verdict, large.verdict) == ("hold", "pass")


@pytest.mark.parametrize("candidates_considered", [2, 10, 100])
def test_a_pick_of_many_needs_so_much_smaller_a_p_value(candidates_considered):
    alone = judged(Model(2.2), Model(2), seed=5)
    of_many = judged(Model(2.2), Model(2), seed=5, candidates_considered=candidates_considered)
    assert of_many.p_value == pytest.approx(
        min(1, candidates_considered * of_many.uncorrected_p_value)
    )
    assert of_many.uncorrected_p_value == pytest.approx(alone.uncorrected_p_value, abs=0.02)
    assert of_many.needed > alone.needed
    assert of_many.detectable > alone.detectable
    assert f"as the best of {candidates_considered}" in of_many.sentence


def test_the_best_of_a_thousand_can_pass_still():
    found = judged(GOOD, POOR, candidates_considered=1000, significance=0.2)
    assert found.verdict == "pass"
    assert found.uncorrected_p_value < 0.2 / 1000


def test_power_grows_with_the_true_difference_and_is_four_in_five_where_said():
    found = judged(Model(2.2), Model(2), seed=5)
    powers = [found.power_at(true) for true in np.linspace(-0.5, 0.5, 101)]
    assert powers == sorted(powers)
    assert powers[0] < 0.001
    assert powers[-1] > 0.999
    assert found.power_at(found.detectable) == pytest.approx(0.8, abs=0.001)
    assert found.power_at(found.needed) == pytest.approx(0.5, abs=0.001)


@pytest.mark.parametrize("metric", [AP, RECALL])
def test_more_frauds_tell_smaller_differences(metric):
    worlds = World(frauds=40, legitimate=2000), World(frauds=400, legitimate=20_000)
    few, many = (
        judge_challenger(*rows(GOOD, GOOD, world=world), metric=metric, resamples=500)
        for world in worlds
    )
    assert many.detectable < few.detectable / 2


@pytest.mark.parametrize("frauds", [1, 2, 4])
def test_a_handful_of_frauds_proves_nothing(frauds):
    labels = np.arange(100) < frauds
    found = judge_challenger(labels, labels * 1.0, np.full(100, 0.5))
    assert found.verdict == "hold"
    assert found.p_value == 0.5**frauds
    assert (found.detectable, found.needed, found.power_at(1.0)) == (1.0, 1.0, 0.0)
    assert "no challenger can pass: take more" in found.sentence


def test_five_that_all_agree_do():
    labels = np.arange(100) < 5
    assert judge_challenger(labels, labels * 1.0, np.full(100, 0.5)).verdict == "pass"


def test_a_handful_of_legitimate_rows_proves_as_little():
    labels = np.arange(100) >= 4
    found = judge_challenger(labels, labels * 1.0, np.full(100, 0.5), metric="roc_auc")
    assert found.p_value == 0.5**4


@every_metric
def test_constant_scores_are_the_worst_that_can_be(metric):
    labels, good = rows(GOOD)
    constant = np.full(len(labels), 0.5)
    assert judge_challenger(labels, good, constant, metric=metric).verdict == "pass"
    assert judge_challenger(labels, constant, good, metric=metric).verdict == "fail"
    assert judge_challenger(labels, constant, constant, metric=metric).verdict == "hold"


def test_seeds_decide_the_resamples():
    given_rows = rows(Model(2.2), Model(2), seed=5)
    one, same, other = (judge_challenger(*given_rows, resamples=50, seed=s) for s in (1, 1, 2))
    assert one == same
    assert one != other


def test_scores_that_are_no_numbers_are_refused():
    labels, good, poor = rows(GOOD, POOR)
    poor[7] = np.nan
    with pytest.raises(InvalidData, match="row 7 has nan"):
        judge_challenger(labels, good, poor)


def test_rows_of_one_class_and_scores_of_other_rows_are_refused():
    with pytest.raises(InvalidData, match="frauds and legitimate"):
        judge_challenger([0, 0], [0.1, 0.2], [0.2, 0.1])
    with pytest.raises(InvalidData, match="one label and one score"):
        judge_challenger([0, 1], [0.1, 0.2, 0.3], [0.2, 0.1])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"metric": "average_precison"}, "did you mean average_precision"),
        ({"metric": "brier"}, "does not ask for the order of scores"),
        ({"test": "superior"}, "did you mean superiority"),
        ({"margin": -0.01}, "margin: at least 0 and below 1, not -0.01"),
        ({"margin": float("nan")}, "margin: at least 0 and below 1, not nan"),
        ({"significance": 0.5}, "significance: above 0 and below 0.5"),
        ({"significance": 0}, "significance: above 0 and below 0.5"),
        ({"candidates_considered": 0}, "candidates_considered: at least 1"),
        ({"resamples": 0}, "resamples: at least 1"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_anything_is_drawn(asked, said):
    with pytest.raises(InvalidParams, match=said):
        judge_challenger([0, 1], [0.1, 0.9], [0.2, 0.8], **asked)


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(InvalidParams, match="3 problems"):
        judge_challenger(
            [0, 1],
            [0.1, 0.9],
            [0.2, 0.8],
            margin=2,
            candidates_considered=-1,
            significance=float("nan"),
        )
