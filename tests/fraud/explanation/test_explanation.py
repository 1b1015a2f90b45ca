"""Explanations add up to what the model said, and blame the columns that made it say so."""

import numpy as np
import pytest

from fakes.data.labelled_rows import COLUMNS, fake_rows, fitted, quick_fit
from fakes.data.rows_with_gaps import gappy_rows
from foundation.errors import InvalidData, InvalidParams
from fraud.algorithms import ALGORITHMS, algorithm_named
from fraud.algorithms.blend import MEMBERS, SUREST
from fraud.explanation.explanation import explain_model
from fraud.explanation.shapley import (
    OF_TREES,
)
from fraud.features.transforms import transform_from_state
from fraud.metrics.log_odds import log_odds
from fraud.model.fraud_model import FraudModel
from fraud.model.recipe import Recipe

every_algorithm = pytest.mark.parametrize("algorithm", ALGORITHMS)
RICH = Recipe.model_validate({"features": ["log_amount", "hour_cycle"], "calibration": "platt"})
ROWS = fake_rows(8, 600)


def said(model: FraudModel, seen: np.ndarray) -> np.ndarray:
    """What the algorithm says of rows as it sees them, before calibration."""
    described = model.description
    transform = transform_from_state(described.transform, described.transform_state)
    scores = algorithm_named(model.algorithm).load(model.to_files()).scores(transform.apply(seen))
    return scores if model.algorithm == "random_forest" else log_odds(scores)


@every_algorithm
def test_contributions_and_base_add_up_to_what_the_algorithm_said(algorithm):
    model = fitted(algorithm)
    found = explain_model(model, ROWS, count=100)
    total = found.base + found.values.sum(axis=1)
    scores = model.scores(ROWS.rows[found.chosen])
    expected = scores if found.unit == "probability" else log_odds(scores)
    np.testing.assert_allclose(total, expected, atol=1e-5)
    np.testing.assert_array_equal(found.scores, scores)
    assert found.values.shape == found.data.shape == (100, len(COLUMNS))


@every_algorithm
def test_added_columns_gaps_and_categories_are_explained_too(algorithm):
    train, validation = gappy_rows(1), gappy_rows(2)
    model = quick_fit(algorithm, train=train, validation=validation, recipe=RICH, threads=1)
    rows = gappy_rows(3, 300)
    found = explain_model(model, rows, count=60)
    assert set(rows.columns) < set(found.columns)
    assert found.columns[-2:] == ("Amount", "Time")
    assert "log(1 + Amount)" in found.columns
    total = found.base + found.values.sum(axis=1)
    np.testing.assert_allclose(total, said(model, found.data), atol=1e-5)
    channel = found.columns.index("Channel")
    shown = {found.one(index).data[channel] for index in range(60)}
    assert {"web", "till", "phone"} <= shown
    assert all(value != value for value in shown - {"web", "till", "phone"})  # or it is missing


@every_algorithm
def test_the_columns_that_tell_fraud_matter_most(algorithm):
    importance = explain_model(fitted(algorithm), ROWS, count=150).global_importance()
    assert set(list(importance)[:2]) == {"V1", "V2"}
    assert list(importance.values()) == sorted(importance.values(), reverse=True)
    assert set(importance) == set(COLUMNS)


@every_algorithm
def test_what_makes_the_riskiest_transaction_risky_counts_towards_fraud(algorithm):
    found = explain_model(fitted(algorithm), ROWS, count=150)
    one = found.one(found.riskiest)
    assert one.score == found.scores.max()
    assert one.base + one.values.sum() > found.base
    strongest, *_ = one.strongest()
    assert strongest in ("V1", "V2")
    assert one.strongest()[strongest] > 0
    np.testing.assert_array_equal(one.data, found.data[found.riskiest])


@pytest.mark.parametrize("algorithm", OF_TREES)
def test_a_column_that_no_tree_asks_for_contributes_nothing(algorithm):
    def constant(seed: int):
        rows = fake_rows(seed)
        rows.rows[:, 3] = 1.0
        return rows

    model = quick_fit(algorithm, train=constant(1), validation=constant(2), threads=1)
    assert not explain_model(model, ROWS, count=50).values[:, 3].any()


def test_a_blend_is_explained_by_what_moved_its_members():
    blend, *alone = (
        explain_model(fitted(name), ROWS, count=50)
        for name in ("blend", *(member.name for member in MEMBERS))
    )
    said = np.array([found.base + found.values.sum(axis=1) for found in alone])
    heard = (np.abs(said) < log_odds(np.array(1 - SUREST))).all(axis=0)  # the blend listens so far
    assert heard.sum() > 30
    mean = np.mean([found.values for found in alone], axis=0)
    np.testing.assert_allclose(blend.values[heard], mean[heard])
    assert blend.base == pytest.approx(np.mean([found.base for found in alone]))


def test_bags_are_counted_as_they_are_asked():
    heard: list[tuple[int, int]] = []
    model = quick_fit("logistic_regression", recipe=Recipe(bags=3), threads=1)
    explain_model(model, ROWS, count=5, on_bag=lambda done, of: heard.append((done, of)))
    assert heard == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    ("count", "frauds", "others"), [(40, 20, 20), (200, 30, 170), (900, 30, 570)]
)
def test_frauds_are_explained_first_up_to_half(count, frauds, others):
    chosen = explain_model(fitted("xgboost"), ROWS, count=count).chosen
    assert (ROWS.labels[chosen] == 1).sum() == frauds
    assert (ROWS.labels[chosen] == 0).sum() == others
    assert len(set(chosen.tolist())) == len(chosen)


@every_algorithm
def test_equal_seeds_explain_alike_and_rows_without_a_fraud_are_explained_too(algorithm):
    legitimate = ROWS.take(ROWS.labels == 0)
    one, again, other = (
        explain_model(fitted(algorithm), legitimate, count=20, seed=seed) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one.values, again.values)
    assert set(one.chosen) != set(other.chosen)


def test_what_cannot_be_explained_is_refused():
    model = fitted("xgboost")
    with pytest.raises(InvalidData, match="Nothing was explained"):
        explain_model(model, gappy_rows(1))
    with pytest.raises(InvalidData, match="these are 0 rows"):
        explain_model(model, ROWS.take(ROWS.labels > 1))
    with pytest.raises(InvalidParams, match="at least one"):
        explain_model(model, ROWS, count=0)
    with pytest.raises(InvalidParams, match="there are 5, counted from 0; 5"):
        explain_model(model, ROWS, count=5).one(5)
