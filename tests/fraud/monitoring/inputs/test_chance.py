"""Chance: p-values are as rare as they say, also where days vary by more than counting explains."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, fisher_exact

from fraud.monitoring.inputs.chance import (
    AS_COUNTED,
    Dispersion,
    constant_p_value,
    distribution_dispersion,
    distribution_p_value,
    rejected,
    share_dispersion,
    share_p_value,
    stability_index,
)
from fraud.monitoring.inputs.groups import Grouped

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def test_the_share_test_is_the_binomial_test_of_the_counts_given_their_sum():
    found = share_p_value((7, 1_000), (20, 9_000))
    assert found == pytest.approx(2 * binom.sf(6, 27, 0.1))


@given(st.integers(0, 40), st.integers(0, 40))
def test_the_share_test_is_never_bolder_than_the_exact_test_of_two_shares(count, past):
    found = share_p_value((count, 40), (past, 80))
    if past <= 80:
        exact = fisher_exact([[count, 40 - count], [past, 80 - past]]).pvalue
        assert found >= exact * 0.8


def test_a_share_and_its_complement_give_the_same_answer():
    dispersion = Dispersion(2.0, 12)
    for more in (None, dispersion):
        kept = (more,) if more else ()
        assert share_p_value((95, 100), (500, 1_000), *kept) == pytest.approx(
            share_p_value((5, 100), (500, 1_000), *kept)
        )


def test_nothing_of_nothing_is_no_surprise_and_all_of_it_is():
    assert share_p_value((0, 100), (0, 1_000)) == 1.0
    assert share_p_value((0, 0), (1, 1_000)) == 1.0
    assert share_p_value((100, 100), (0, 1_000)) < 1e-50


@pytest.mark.parametrize("spread", [0.0, 0.3])
def test_the_share_test_rejects_steady_days_no_more_often_than_it_says(spread):
    random = np.random.default_rng(3)
    p_values = []
    for _ in range(1_500):
        shares = np.clip(0.05 * (1 + spread * random.normal(size=15)), 0.001, 1)
        counts = random.binomial(1_000, shares)
        days = [(int(count), 1_000) for count in counts[1:]]
        pooled = (int(counts[1:].sum()), 14_000)
        p_values.append(share_p_value((int(counts[0]), 1_000), pooled, share_dispersion(days)))
    assert np.mean(np.array(p_values) <= 0.05) <= 0.07
    assert np.mean(np.array(p_values) <= 0.01) <= 0.02


@pytest.mark.parametrize("spread", [0.0, 0.2])
def test_the_distribution_test_rejects_steady_days_no_more_often_than_it_says(spread):
    random = np.random.default_rng(4)
    p_values = []
    for _ in range(1_000):
        logits = spread * random.normal(size=(15, 10))
        shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        counts = np.array([random.multinomial(800, share) for share in shares], dtype=np.float64)
        groups = Grouped(counts[0], counts[1:])
        between = distribution_dispersion(groups)
        p_values.append(distribution_p_value(groups, between, of_days=True))
    assert np.mean(np.array(p_values) <= 0.05) <= 0.07
    assert np.mean(np.array(p_values) <= 0.01) <= 0.02


def test_the_distribution_test_sees_a_shift():
    usual = np.full((10, 10), 100.0)
    groups = Grouped(np.array([10.0, 10, 10, 10, 10, 190, 190, 190, 190, 190]), usual)
    between = distribution_dispersion(groups)
    assert between == AS_COUNTED
    assert distribution_p_value(groups, between, of_days=True) < 1e-6


def test_the_stability_index_is_that_of_the_books():
    # 60/40 against 50/50: 0.1 ln 1.2 - 0.1 ln 0.8.
    found = stability_index(np.array([6e6, 4e6]), np.array([5e6, 5e6]))
    assert found == pytest.approx(0.1 * np.log(1.2) - 0.1 * np.log(0.8), rel=1e-5)
    assert stability_index(np.array([5.0, 5.0]), np.array([5.0, 5.0])) == 0


def test_days_that_vary_like_counts_have_no_dispersion_and_restless_ones_do():
    assert share_dispersion([(50, 1_000)] * 8) == AS_COUNTED
    assert share_dispersion([(0, 1_000)] * 8) == AS_COUNTED
    restless = share_dispersion([(10, 1_000), (90, 1_000)] * 4)
    assert restless.factor > 20


def test_a_constant_is_a_surprise_where_the_value_was_not_nearly_the_only_one():
    assert constant_p_value(100, 0.5) == 0.5**100
    assert constant_p_value(100, 1.0) == 1.0
    assert constant_p_value(100, 0.0) == 0.0


@given(P_VALUES)
def test_holm_rejects_the_smallest_and_at_least_what_bonferroni_does(p_values):
    found = rejected(p_values, 0.05)
    for p_value, is_rejected in zip(p_values, found, strict=True):
        assert is_rejected or p_value > 0.05 / len(p_values)
        assert not is_rejected or p_value <= 0.05
    chosen = [p for p, yes in zip(p_values, found, strict=True) if yes]
    others = [p for p, yes in zip(p_values, found, strict=True) if not yes]
    assert not chosen or not others or max(chosen) <= min(others)


def test_holm_as_worked_by_hand():
    assert rejected([0.01, 0.04, 0.03, 0.005], 0.05) == [True, False, False, True]
    assert rejected([], 0.05) == []
