"""The logarithm of amounts tells a refund from nothing, and refunds from each other."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fraud.features.logarithm import signed_log


@given(st.lists(st.floats(-1e12, 1e12), min_size=2, max_size=20))
def test_it_keeps_the_order_and_the_sign(amounts: list[float]) -> None:
    logged = signed_log(np.sort(np.array(amounts)))
    assert (np.diff(logged) >= 0).all()
    np.testing.assert_array_equal(np.sign(logged), np.sign(np.sort(amounts)))


def test_of_payments_it_is_the_logarithm_of_one_plus_the_amount() -> None:
    amounts = np.array([[0.0], [1.0], [99.0]])
    np.testing.assert_array_equal(signed_log(amounts), np.log1p(amounts))


def test_refunds_differ_and_what_is_missing_stays_so() -> None:
    logged = signed_log(np.array([-10.0, -20.0, np.nan]))
    assert logged[0] == -np.log(11) != logged[1]
    assert np.isnan(logged[2])
