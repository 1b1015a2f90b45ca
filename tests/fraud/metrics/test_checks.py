"""Checks before metrics: rows that mean something pass as they are, others are refused by name."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import InvalidData
from fraud.metrics.checks import checked_days, checked_scores

labelled_scores = st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=2).filter(
    lambda rows: len({label for label, _ in rows}) == 2
)


@given(labelled_scores)
def test_labels_of_both_classes_and_probabilities_pass_as_they_are(rows):
    labels, scores = zip(*rows, strict=True)
    is_fraud, score = checked_scores([int(label) for label in labels], scores)
    assert (is_fraud.dtype, score.dtype) == (np.dtype(bool), np.dtype(float))
    assert tuple(is_fraud) == labels
    assert tuple(score) == scores


@pytest.mark.parametrize(
    ("labels", "scores", "message"),
    [
        ([0, 1, 0], [0.1, np.nan, 0.2], "row 1 has nan"),
        ([0, 1, 0], [0.1, 0.3, 1.2], "row 2 has 1.2"),
        ([0, 1, 0], [-0.1, 0.3, 1.2], "row 0 has -0.1, and 2 of 3 rows are like that"),
        ([0, 1, 2], [0.1, 0.3, 0.2], "row 2 has 2"),
        ([0, 0, 0], [0.1, 0.3, 0.2], "0 of these 3 rows are frauds"),
        ([1, 1], [0.1, 0.3], "2 of these 2 rows are frauds"),
        ([0, 1], [0.1, 0.3, 0.2], r"shape \(2,\) and the scores \(3,\)"),
        ([[0, 1]], [[0.1, 0.3]], r"shape \(1, 2\)"),
        ([], [], "0 of these 0 rows are frauds"),
    ],
)
def test_rows_that_mean_nothing_are_refused(labels, scores, message):
    with pytest.raises(InvalidData, match=message) as refusal:
        checked_scores(labels, scores)
    assert "Nothing was measured." in str(refusal.value)


@pytest.mark.parametrize("days", [[1], [0.5, 1.0], [[1, 2]]])
def test_days_that_are_not_one_whole_number_a_row_are_refused(days):
    with pytest.raises(InvalidData, match=r"needs one day.*Nothing was measured\."):
        checked_days(days, rows=2)


def test_whole_days_pass_and_without_any_all_rows_are_of_one_day():
    assert checked_days([3, 1, 3], rows=3).tolist() == [3, 1, 3]
    assert len(set(checked_days(None, rows=3).tolist())) == 1
