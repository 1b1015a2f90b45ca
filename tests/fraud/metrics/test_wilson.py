"""An interval of a share holds it, within 0 and 1, and narrows with more rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from fraud.metrics.wilson import wilson_interval

shares = st.tuples(st.integers(0, 200), st.integers(0, 5000)).filter(any)


@given(counts=st.lists(shares, min_size=1, max_size=5))
def test_an_interval_of_a_share_holds_the_share_and_nothing_beyond_0_and_1(
    counts: list[tuple[int, int]],
) -> None:
    frauds, others = np.array(counts).T
    rows = frauds + others
    low, high = wilson_interval(frauds / rows, rows)
    assert (low >= 0).all()
    assert (high <= 1).all()
    assert (low <= frauds / rows + 1e-12).all()
    assert (frauds / rows <= high + 1e-12).all()


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
@pytest.mark.parametrize(("events", "rows"), [(0, 3), (1, 3), (5, 40), (40, 40), (17, 10_000)])
def test_it_is_the_score_interval_of_scipy(events: int, rows: int, confidence: float) -> None:
    expected = binomtest(events, rows).proportion_ci(confidence, method="wilson")
    found = wilson_interval(np.array([events / rows]), np.array([rows]), confidence=confidence)
    np.testing.assert_allclose(np.ravel(found), expected, rtol=1e-12, atol=1e-15)
