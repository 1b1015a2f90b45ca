"""Thresholds are chosen among the scores, and nothing else would have been better."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from foundation.errors import InvalidData, InvalidParams
from fraud.metrics.costs import Costs, cost_curve
from fraud.metrics.thresholds import (
    at_false_positive_rate,
    at_precision,
    best_f1,
    lowest_cost,
    within_capacity,
)

# Few distinct scores, so that many rows tie.
some_scores = st.one_of(st.sampled_from([0.0, 0.2, 0.5, 0.8, 1.0]), st.floats(0, 1))
scored = st.lists(st.tuples(st.sampled_from([0, 1]), some_scores), min_size=1, max_size=40)
Pairs = list[tuple[int, float]]


def columns(pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
    labels, scores = zip(*pairs, strict=True)
    return np.array(labels, dtype=np.int8), np.array(scores)


def f1(labels: np.ndarray, scores: np.ndarray, threshold: float) -> float:
    said = scores >= threshold
    caught = int(np.sum(said & (labels == 1)))
    return 2 * caught / (int(said.sum()) + int(labels.sum()))


def false_positive_rate(labels: np.ndarray, scores: np.ndarray, threshold: float) -> float:
    return float(np.mean(scores[labels == 0] >= threshold))


@given(scored)
def test_no_threshold_has_a_higher_f1(pairs: Pairs) -> None:
    labels, scores = columns(pairs)
    assume(labels.any())
    chosen = best_f1(labels, scores)
    assert chosen in scores
    assert f1(labels, scores, chosen) == max(f1(labels, scores, other) for other in scores)


def test_the_higher_of_two_equally_good_thresholds_is_chosen() -> None:
    labels, scores = columns([(1, 0.9), (0, 0.5), (0, 0.5), (0, 0.4), (1, 0.3), (1, 0.2)])
    assert f1(labels, scores, 0.9) < f1(labels, scores, 0.2)
    assert best_f1(labels[:1], scores[:1]) == 0.9
    tied_labels, tied_scores = columns([(1, 0.9), (0, 0.5), (0, 0.5), (1, 0.4)])
    assert f1(tied_labels, tied_scores, 0.9) == f1(tied_labels, tied_scores, 0.4)
    assert best_f1(tied_labels, tied_scores) == 0.9


@given(scored, st.floats(0, 1))
def test_the_false_positive_rate_is_kept_and_used_up(pairs: Pairs, rate: float) -> None:
    labels, scores = columns(pairs)
    assume((labels == 0).any())
    chosen = at_false_positive_rate(labels, scores, rate)
    assert false_positive_rate(labels, scores, chosen) <= rate
    lower = scores[scores < chosen]
    assert not len(lower) or false_positive_rate(labels, scores, lower.max()) > rate


def test_where_the_highest_score_is_a_false_alarm_nothing_is_called_fraud() -> None:
    labels, scores = columns([(0, 1.0), (1, 1.0), (1, 0.3)])
    assert at_false_positive_rate(labels, scores, 0.5) > 1.0


def test_without_a_fraud_there_is_no_best_f1() -> None:
    with pytest.raises(InvalidData, match="at least one fraud"):
        best_f1(*columns([(0, 0.4)]))


def test_without_a_legitimate_row_there_is_no_false_positive_rate() -> None:
    with pytest.raises(InvalidData, match="at least one legitimate row"):
        at_false_positive_rate(*columns([(1, 0.4)]), 0.1)


@pytest.mark.parametrize("rate", [-0.1, 1.1, float("nan")])
def test_a_rate_that_is_no_share_is_refused(rate: float) -> None:
    with pytest.raises(InvalidParams, match="from 0 to 1"):
        at_false_positive_rate(*columns([(0, 0.4)]), rate)


def test_labels_and_scores_of_different_lengths_are_refused() -> None:
    with pytest.raises(InvalidData, match="2 labels, 1 scores"):
        best_f1(np.array([0, 1], dtype=np.int8), np.array([0.5]))


@given(scored, st.sampled_from([0.0, 5.0, 40.0]))
def test_no_threshold_costs_less(pairs: Pairs, review: float) -> None:
    labels, scores = columns(pairs)
    assume(0 < labels.sum() < len(labels))
    amounts, costs = np.linspace(0, 50, len(labels)), Costs(review=review)
    chosen = lowest_cost(labels, scores, amounts, costs)
    thresholds, cost = cost_curve(labels, scores, amounts, costs)
    assert cost[thresholds == chosen] == pytest.approx(cost.min())
    assert (cost[thresholds > chosen] > cost.min()).all()


def test_where_alerts_cost_more_than_frauds_nobody_is_alerted() -> None:
    labels, scores = columns([(1, 1.0), (0, 0.4)])
    assert lowest_cost(labels, scores, np.array([20.0, 5.0]), Costs(review=21)) > 1.0
    assert lowest_cost(labels, scores, np.array([20.0, 5.0]), Costs(review=19)) == 1.0


@given(scored, st.integers(1, 3), st.sampled_from([0, 0.5, 1, 2, 7.3, 100]))
def test_the_capacity_is_kept_and_used_up(pairs: Pairs, days: int, per_day: float) -> None:
    _, scores = columns(pairs)
    day = np.arange(len(scores)) % days
    chosen = within_capacity(scores, day, per_day)
    places = per_day * len(np.unique(day))
    assert np.sum(scores >= chosen) <= places
    lower = scores[scores < chosen]
    assert not len(lower) or np.sum(scores >= lower.max()) > places


def test_equal_scores_are_alerted_together_or_not_at_all() -> None:
    scores = np.array([0.9, 0.5, 0.5, 0.5, 0.1])
    assert within_capacity(scores, None, 3) == 0.9
    assert within_capacity(scores, None, 4) == 0.5
    assert within_capacity(scores, np.array([3, 3, 9, 9, 9]), 2) == 0.5
    assert within_capacity(scores, None, 0) > 0.9


@pytest.mark.parametrize("per_day", [-1, float("nan"), float("inf")])
def test_a_capacity_that_is_no_number_of_alerts_is_refused(per_day: float) -> None:
    with pytest.raises(InvalidParams, match="0 or more"):
        within_capacity(np.array([0.4]), None, per_day)


@given(scored, st.sampled_from([0.0, 0.25, 0.5, 2 / 3, 1.0]))
def test_the_precision_is_reached_by_no_lower_threshold(pairs: Pairs, wanted: float) -> None:
    labels, scores = columns(pairs)
    reached = {float(s): float(labels[scores >= s].mean()) for s in scores}
    assume(max(reached.values()) >= wanted)
    chosen = at_precision(labels, scores, wanted)
    assert reached[chosen] >= wanted
    assert all(share < wanted for score, share in reached.items() if score < chosen)


def test_a_precision_out_of_reach_is_refused_with_what_is_within_reach() -> None:
    labels, scores = columns([(0, 0.9), (1, 0.8), (1, 0.7), (0, 0.1)])
    with pytest.raises(InvalidData, match=r"highest is 0\.6667, at 0\.7"):
        at_precision(labels, scores, 0.7)
    with pytest.raises(InvalidParams, match="from 0 to 1"):
        at_precision(labels, scores, 1.1)
