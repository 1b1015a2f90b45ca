"""Costs: what is flagged costs a review, what is missed its amount, and nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import InvalidData, InvalidParams
from fraud.metrics.costs import (
    Costs,
    cost_curve,
    cost_difference,
    cost_estimate,
    cost_of_flagging_nothing,
)

LABELS = np.array([1, 0, 1, 0, 0])
SCORES = np.array([0.9, 0.8, 0.6, 0.2, 0.0])
AMOUNTS = np.array([500.0, 3.0, 40.0, 70.0, 1.0])


@st.composite
def priced_rows(draw):
    """Labels of both classes, scores with ties, amounts, and what things cost."""
    count = draw(st.integers(2, 40))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    labels = np.r_[0, 1, (random.random(count - 2) < 0.3).astype(int)]
    scores = np.round(random.random(count), draw(st.sampled_from([0, 1, 8])))
    costs = Costs(
        review=draw(st.sampled_from([0.0, 2.5, 10.0])),
        loss_share=draw(st.sampled_from([0.0, 0.8, 1.0])),
        minimum_loss=draw(st.sampled_from([0.0, 15.0])),
    )
    return labels, scores, np.round(random.exponential(30, count), 2), costs


def cost_by_hand(labels, scores, amounts, costs, threshold):
    total = 0.0
    for label, score, amount in zip(labels, scores, amounts, strict=True):
        if score >= threshold:
            total += costs.review
        elif label:
            total += max(costs.loss_share * amount, costs.minimum_loss)
    return 1000 * total / len(labels)


@given(priced_rows())
def test_the_curve_is_what_adding_up_row_by_row_gives_at_every_score(rows):
    labels, scores, amounts, costs = rows
    curve = cost_curve(labels, scores, amounts, costs)
    assert list(curve.thresholds[:-1]) == sorted(set(scores))
    for threshold, cost in zip(*curve, strict=True):
        by_hand = cost_by_hand(labels, scores, amounts, costs, threshold)
        assert cost == pytest.approx(by_hand, abs=1e-9)


@given(priced_rows(), st.sampled_from([0.0, 0.3, 0.5, 2.0]))
def test_the_estimate_is_the_cost_at_the_threshold_within_its_interval(rows, threshold):
    labels, scores, amounts, costs = rows
    found = cost_estimate(labels, scores, amounts, threshold=threshold, costs=costs, resamples=20)
    assert found.value == pytest.approx(cost_by_hand(*rows, threshold), abs=1e-9)
    assert 0 <= found.low <= found.high


@given(priced_rows())
def test_the_last_point_of_the_curve_is_what_flagging_nothing_costs(rows):
    labels, scores, amounts, costs = rows
    nothing = cost_of_flagging_nothing(labels, amounts, costs)
    assert cost_curve(labels, scores, amounts, costs).cost[-1] == pytest.approx(nothing)


def test_a_case_computed_by_hand():
    costs = Costs(review=10, loss_share=0.5, minimum_loss=30)
    curve = cost_curve(LABELS, SCORES, AMOUNTS, costs)
    np.testing.assert_allclose(curve.thresholds[:5], [0.0, 0.2, 0.6, 0.8, 0.9])
    assert curve.thresholds[5] > 0.9
    # Missing the second fraud costs 30, for half of 40 is less; missing the first 250.
    np.testing.assert_allclose(curve.cost / 200, [50, 40, 30, 20 + 30, 10 + 30, 250 + 30])


def test_the_interval_comes_from_which_frauds_are_missed():
    labels = np.repeat([0, 1], [900, 100])
    scores = np.where(labels == 1, 0.5, 0.1)
    amounts = np.where(np.arange(1000) % 10 == 0, 1000.0, 1.0)

    def missed(confidence=0.95, seed=0):
        return cost_estimate(
            labels, scores, amounts, threshold=0.9, costs=Costs(), confidence=confidence, seed=seed
        )

    error = np.std(amounts[labels == 1]) * np.sqrt(100)
    assert missed().value == 10_090
    assert missed().high - missed().low == pytest.approx(2 * 1.96 * error, rel=0.1)
    assert missed(0.5).high - missed(0.5).low < missed().high - missed().low
    assert missed() == missed() != missed(seed=1)


def test_where_all_frauds_are_caught_only_reviews_are_paid_and_the_price_is_certain():
    found = cost_estimate(LABELS, SCORES, AMOUNTS, threshold=0.0, costs=Costs(), resamples=50)
    assert (found.low, found.value, found.high) == (10_000, 10_000, 10_000)


@pytest.mark.parametrize("amounts", [[1.0, 2.0], [1.0, np.nan, 2.0], [np.inf, 1.0, 2.0], [[1.0]]])
def test_amounts_that_are_not_one_number_a_row_are_refused(amounts):
    with pytest.raises(InvalidData, match="needs one amount"):
        cost_curve([0, 1, 0], [0.1, 0.2, 0.3], amounts, Costs())


@pytest.mark.parametrize("values", [{"review": -1}, {"loss_share": 1.5}, {"minimum_loss": -0.1}])
def test_costs_that_nobody_pays_are_refused(values):
    with pytest.raises(InvalidParams, match=next(iter(values))):
        Costs.checked(values, source="costs.yaml")


@given(priced_rows(), st.integers(0, 2**32 - 1))
def test_the_difference_is_that_of_the_two_costs_and_turns_round_when_swapped(rows, seed):
    labels, scores, amounts, costs = rows
    before, after = scores >= 0.7, np.random.default_rng(seed).random(len(labels)) < 0.4
    found = cost_difference(labels, amounts, after, before, costs=costs, resamples=20)
    by_hand = [cost_by_hand(labels, each, amounts, costs, 0.5) for each in (after, before)]
    assert found.value == pytest.approx(by_hand[0] - by_hand[1], abs=1e-9)
    other = cost_difference(labels, amounts, before, after, costs=costs, resamples=20)
    assert (other.value, other.low) == pytest.approx((-found.value, -found.high), abs=1e-9)


def test_models_that_flag_alike_cost_the_same_for_certain():
    flags = SCORES > 0.5
    found = cost_difference(LABELS, AMOUNTS, flags, flags, costs=Costs(), resamples=20)
    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_a_paired_difference_is_surer_than_two_costs_beside_each_other():
    random = np.random.default_rng(0)
    labels, amounts = (np.arange(2000) < 100).astype(int), random.exponential(50, 2000)
    before = random.random(2000) < 0.3
    after = before | (np.arange(2000) == 3)
    found = cost_difference(labels, amounts, after, before, costs=Costs(), resamples=200)
    alone = cost_estimate(labels, after, amounts, threshold=0.5, costs=Costs(), resamples=200)
    assert found.high - found.low < (alone.high - alone.low) / 3
