"""Thresholds are chosen among the scores, and nothing else would have been better."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from foundation.errors import InvalidData, InvalidParams
from fraud.thresholds import at_false_positive_rate, best_f1

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
