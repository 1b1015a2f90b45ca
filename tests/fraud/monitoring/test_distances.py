"""Distances between score distributions: nothing from oneself, bounded, near the textbook's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fraud.monitoring.day_metrics import EDGES, score_histogram
from fraud.monitoring.distances import (
    kolmogorov_smirnov,
    kolmogorov_smirnov_by_chance,
    population_stability_index,
    psi_critical_value,
)

counts = st.lists(st.integers(0, 500), min_size=5, max_size=30).filter(any)


@given(counts)
def test_a_day_is_no_distance_from_itself(values):
    day = np.array(values, dtype=float)
    assert kolmogorov_smirnov(day, day) == 0
    assert population_stability_index(day, day) == pytest.approx(0, abs=1e-12)


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=5, max_size=30))
def test_distances_are_bounded_and_never_negative(pairs):
    today, usual = np.array(pairs, dtype=float).T
    if today.any() and usual.any():
        assert 0 <= kolmogorov_smirnov(today, usual) <= 1 + 1e-12
        assert population_stability_index(today, usual) >= 0
        assert psi_critical_value(today, usual, 0.001) >= 0
        assert kolmogorov_smirnov_by_chance(today, usual, 0.001) > 0


def scores(seed: int, *, shift: float = 0.0):
    return np.minimum(np.exp(np.random.default_rng(seed).normal(-8 + shift, 1.6, 10_000)), 1.0)


def histogram(values):
    return np.array(score_histogram(values), dtype=float)


def test_the_distance_from_bins_is_the_textbook_one_to_within_a_bin():
    one, other = scores(1), scores(2, shift=1.0)
    binned = kolmogorov_smirnov(histogram(one), histogram(other))
    exact = stats.ks_2samp(one, other).statistic
    assert exact - 0.03 <= binned <= exact + 1e-12


def test_samples_of_one_population_stay_within_what_chance_allows():
    usual = histogram(scores(0))
    for seed in range(1, 50):
        today = histogram(scores(seed))
        by_chance = psi_critical_value(today, usual, 0.001)
        assert population_stability_index(today, usual) <= by_chance
        by_chance = kolmogorov_smirnov_by_chance(today, usual, 0.001)
        assert kolmogorov_smirnov(today, usual) <= by_chance


def test_the_bounds_of_chance_are_those_of_the_textbook():
    usual = np.full(10, 1000.0)
    few = 2 / 10_000
    bound = psi_critical_value(usual, usual, 0.001)
    assert bound == pytest.approx(stats.chi2.ppf(0.999, 9) * few, rel=0.01)
    bound = kolmogorov_smirnov_by_chance(usual, usual, 0.001)
    assert bound == pytest.approx(stats.kstwobign.ppf(0.999) * np.sqrt(few), rel=0.01)


def test_bins_hold_every_score_and_the_bounds_of_the_bands_are_edges():
    assert sorted(set(EDGES)) == list(EDGES)
    assert {0.0, 0.5, 0.8, 1.0} <= set(EDGES)
    assert sum(score_histogram(np.array([0.0, 1e-9, 0.5, 0.8, 1.0]))) == 5
