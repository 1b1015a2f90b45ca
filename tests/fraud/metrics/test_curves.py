import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as reference

from foundation.errors import InvalidData
from fraud.metrics.curves import calibration_curve, precision_recall_curve, roc_curve


@st.composite
def scored_rows(draw):
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count = draw(st.integers(2, 80))
    labels = np.r_[0, 1, (random.random(count - 2) < 0.3).astype(int)]
    return labels, np.round(random.random(count), draw(st.sampled_from([0, 1, 3, 15])))


@given(rows=scored_rows())
def test_precision_recall_curve_is_that_of_scikit_learn(rows):
    for ours, theirs in zip(
        precision_recall_curve(*rows), reference.precision_recall_curve(*rows), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


@given(rows=scored_rows())
def test_roc_curve_is_that_of_scikit_learn(rows):
    for ours, theirs in zip(roc_curve(*rows), reference.roc_curve(*rows), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


@given(rows=scored_rows())
def test_calibration_curve_accounts_for_every_row_and_fraud(rows):
    labels, scores = rows
    curve = calibration_curve(labels, scores)
    assert curve.rows.sum() == len(labels)
    assert (curve.rows * curve.fraud_share).sum() == pytest.approx(labels.sum())
    assert (curve.rows * curve.mean_score).sum() == pytest.approx(scores.sum())
    assert (np.diff(curve.mean_score) > 0).all()


def test_honest_scores_lie_on_the_diagonal():
    random = np.random.default_rng(0)
    scores = random.beta(0.3, 2, 100_000)
    curve = calibration_curve(random.random(100_000) < scores, scores)
    assert len(curve.rows) == 10
    np.testing.assert_allclose(curve.fraud_share, curve.mean_score, atol=0.02)


@pytest.mark.parametrize("curve", [precision_recall_curve, roc_curve, calibration_curve])
def test_a_score_that_is_no_number_is_refused(curve):
    with pytest.raises(InvalidData, match="row 1 has nan"):
        curve([0, 1], [0.5, np.nan])
