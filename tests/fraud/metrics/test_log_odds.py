"""Log-odds and probabilities are each other's inverse, and finite wherever scores may be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from fraud.metrics.log_odds import NEAREST, expit, log_odds


@given(st.floats(-30, 30))
def test_there_and_back_is_where_it_began(value: float) -> None:
    assert log_odds(expit(np.array(value))) == pytest.approx(value, rel=1e-3, abs=1e-12)


@given(st.floats(-1e4, 1e4))
def test_the_probability_is_that_of_scipy_and_overflows_nowhere(value: float) -> None:
    np.testing.assert_allclose(
        expit(np.array(value)), special.expit(value), rtol=1e-12, atol=1e-300
    )


def test_scores_of_0_and_1_count_as_the_nearest_that_is_allowed() -> None:
    scores = np.array([[0.0, 1.0], [0.25, 0.75]])
    surest = np.log((1 - NEAREST) / NEAREST)
    expected = [[-surest, surest], [-np.log(3), np.log(3)]]
    np.testing.assert_allclose(log_odds(scores), expected, rtol=1e-4)
    np.testing.assert_allclose(log_odds(scores, nearest=0.25), np.log(3) * np.array([[-1, 1]] * 2))
