"""SHAP values of a function: exact where columns only add up, and alike however many at once."""

import numpy as np
import pytest

from fraud.algorithms.blend import SUREST
from fraud.explanation.shapley import (
    ROWS_AT_ONCE,
    Contributions,
    blend_shapley_values,
    sampled,
)
from fraud.metrics.log_odds import log_odds


def test_columns_that_only_add_up_are_sampled_exactly():
    random = np.random.default_rng(0)
    weights, rows, background = (random.normal(size=size) for size in (5, (40, 5), (20, 5)))
    found = sampled(lambda matrix: 1 / (1 + np.exp(-matrix @ weights)), rows, background, seed=1)
    np.testing.assert_allclose(found.values, (rows - background.mean(axis=0)) * weights, atol=1e-9)
    assert found.base == pytest.approx(float((background @ weights).mean()))


def test_a_member_surer_than_a_blend_listens_to_is_heard_in_proportion():
    surest = float(log_odds(np.array(1 - SUREST)))
    sure = Contributions(np.array([[30.0, 10.0], [1.0, 0.0], [0.0, 0.0]]), -4.0, "log-odds")
    dull = Contributions(np.zeros((3, 2)), -40.0, "log-odds")
    found = blend_shapley_values([sure, dull])
    assert found.base == pytest.approx((-4 - surest) / 2)
    np.testing.assert_allclose(found.values[0], (surest + 4) / 2 * np.array([0.75, 0.25]))
    np.testing.assert_allclose(found.values[1:], [[0.5, 0.0], [0.0, 0.0]])


def test_columns_that_work_together_share_what_they_did():
    def both(matrix: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-4 * matrix[:, 0] * matrix[:, 1]))

    found = sampled(both, np.ones((3, 2)), np.zeros((1, 2)), seed=0)
    np.testing.assert_allclose(found.values, 2.0)  # each order also runs backwards


def test_rows_are_explained_alike_however_many_are_asked_about_at_once():
    def curved(matrix: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-matrix[:, 0] * matrix[:, 1] + matrix[:, 2]))

    rows = np.random.default_rng(0).normal(size=(ROWS_AT_ONCE + 50, 3))
    background = rows[:10]
    at_once = sampled(curved, rows, background, seed=0).values
    few = sampled(curved, rows[-70:], background, seed=0).values
    np.testing.assert_allclose(at_once[-70:], few, atol=1e-12)
