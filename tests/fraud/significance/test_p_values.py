"""One-sided p-values: small when they may be, and of two the larger."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm, t

from fraud.significance.p_values import MOST_RESAMPLES, BootstrapTest, enough_resamples

QUANTILES = (np.arange(10_000) + 0.5) / 10_000
NORMAL = norm.ppf(QUANTILES)  # resamples that lean nowhere


def tail(value: float, drawn=NORMAL, rows=74, least_error=0.0) -> BootstrapTest:
    return BootstrapTest(value, value + drawn, rows, least_error)


@pytest.mark.parametrize("rows", [10, 30, 74, 1000])
def test_few_rows_widen_the_tail_as_students_t_does(rows):
    error = np.sqrt(rows / (rows - 1))
    assert tail(2.0, rows=rows).standard_error == pytest.approx(error, rel=1e-3)
    expected = max(t.sf(2.0 / error, rows - 1), norm.sf(2.0))
    assert tail(2.0, rows=rows).p_value == pytest.approx(expected, rel=0.01)


def test_the_resamples_are_counted_and_the_rows_themselves_with_them():
    drawn = np.array([-1.0, 0.0, *np.full(97, 5.0)])
    assert BootstrapTest(5.0, drawn, 74).p_value == 3 / 100


def test_beyond_all_resamples_students_tail_is_left():
    assert tail(3.9).p_value == pytest.approx(t.sf(3.9 / np.sqrt(74 / 73), 73), rel=0.01)
    assert tail(50.0).p_value == 1 / 10_001


def test_resamples_that_lean_down_make_it_larger_and_those_that_lean_up_not_smaller():
    leaning = np.exp(0.3 * NORMAL)
    up = (leaning - leaning.mean()) / leaning.std()
    fair, downwards, upwards = (tail(2.5, drawn).p_value for drawn in (NORMAL, -up, up))
    assert downwards > 2 * fair
    assert upwards >= fair * 0.99


def test_an_error_that_is_known_to_be_too_small_is_not_believed():
    assert tail(3.0, 0.1 * NORMAL, least_error=2.0).p_value == pytest.approx(
        t.sf(1.5, 73), rel=0.01
    )
    assert tail(3.0, 0.0 * NORMAL, least_error=2.0).p_value == pytest.approx(t.sf(1.5, 73))
    assert tail(3.0, least_error=0.1).p_value == tail(3.0).p_value


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_rows_that_all_agree_say_no_more_than_a_coin_that_falls_alike(rows):
    assert tail(9.0, 0 * NORMAL, rows=rows).p_value == 0.5**rows


@pytest.mark.parametrize("value", [0.0, -3.0])
def test_nothing_and_less_are_no_evidence(value):
    assert tail(value, 0 * NORMAL).p_value == 1.0
    assert tail(value).p_value >= 0.5


@given(st.floats(-8, 8), st.floats(-8, 8))
def test_more_is_never_less_likely_to_be_real(one, other):
    small, large = sorted((one, other))
    assert tail(small).p_value >= tail(large).p_value


@pytest.mark.parametrize("level", [0.2, 0.05, 0.005])
def test_so_many_errors_as_are_needed_give_that_p_value(level):
    needed = tail(0.0).critical_value(level)
    value = needed * tail(0.0).standard_error
    assert tail(value).p_value == pytest.approx(level, rel=0.02)


def test_what_no_resample_and_no_row_can_reach_needs_more_than_there_is():
    assert tail(9.0).critical_value(1e-5) == np.inf
    assert tail(9.0, rows=4).critical_value(0.05) == np.inf
    assert tail(9.0, rows=5).critical_value(0.05) < np.inf


def test_small_levels_get_resamples_enough_up_to_a_limit():
    assert enough_resamples(2000, 0.05) == 2000
    assert enough_resamples(2000, 0.05 / 100) == 8000
    assert enough_resamples(10, 0.05) == 80
    assert enough_resamples(2000, 1e-12) == MOST_RESAMPLES
    assert enough_resamples(2 * MOST_RESAMPLES, 0.05) == 2 * MOST_RESAMPLES
