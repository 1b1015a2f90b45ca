"""A model made by a recipe does the whole chain itself, learned from training rows alone."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fakes.data.labelled_rows import FRAUD_SHARE, fake_rows, quick_fit, weights_of
from fakes.data.peeking_step import PeekingStep
from fakes.data.rows_with_gaps import CATEGORIES, MAY_MISS, gappy_fitted, gappy_rows
from foundation.errors import InvalidData
from fraud.algorithms import ALGORITHMS
from fraud.explanation.importances import average_precision
from fraud.features.steps import STEPS
from fraud.metrics.thresholds import best_f1
from fraud.model.fraud_model import FraudModel
from fraud.model.recipe import Recipe

every_algorithm = pytest.mark.parametrize("name", ALGORITHMS)
every_step = pytest.mark.parametrize("step", STEPS)
FULL = Recipe(features=tuple(STEPS), imbalance="smote", smote_ratio=8, calibration="platt")


def fit_on_one_thread(name: str, **changes: Any) -> FraudModel:
    return quick_fit(name, threads=1, **changes)


def described(model: FraudModel) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(model.to_files()["model.json"])
    return content


@every_algorithm
@pytest.mark.parametrize("recipe", [Recipe(), FULL], ids=["plain", "full"])
def test_gaps_and_categories_are_learned_from_and_scored(name: str, recipe: Recipe) -> None:
    model, out_of_bag = gappy_fitted(name, recipe), gappy_rows(5)
    scores = model.scores(out_of_bag.rows)
    assert np.isnan(out_of_bag.rows).any(axis=0).sum() == 5
    assert np.isfinite(scores).all()
    assert scores.min() >= 0
    assert scores.max() <= 1
    assert average_precision(out_of_bag.labels, scores) > 8 * FRAUD_SHARE


@every_algorithm
@pytest.mark.parametrize("recipe", [Recipe(), FULL], ids=["plain", "full"])
def test_a_model_of_gaps_and_categories_is_the_same_after_a_load(name: str, recipe: Recipe) -> None:
    model = gappy_fitted(name, recipe)
    loaded = FraudModel.from_files(model.to_files())
    rows = gappy_rows(5).rows
    assert np.array_equal(loaded.scores(rows), model.scores(rows))
    assert loaded.to_files() == model.to_files()
    assert (loaded.recipe, loaded.categories, loaded.may_miss) == (recipe, CATEGORIES, MAY_MISS)


@every_algorithm
def test_a_row_of_gaps_only_has_a_score(name: str) -> None:
    rows = gappy_rows(5).rows[:1].copy()
    rows[0, [0, 2, 3, 4, 6]] = np.nan
    assert 0 <= gappy_fitted(name).scores(rows)[0] <= 1


@every_algorithm
def test_what_a_category_says_is_learned(name: str) -> None:
    model, rows = gappy_fitted(name), gappy_rows(5).rows.copy()
    rows[:, 4] = 0
    common = model.scores(rows).mean()
    rows[:, 4] = 2
    assert model.scores(rows).mean() > 1.3 * common


@every_algorithm
def test_the_threshold_has_the_best_f1_of_the_calibrated_scores(name: str) -> None:
    validation = gappy_rows(2)
    model = gappy_fitted(name, FULL)
    assert model.threshold == best_f1(validation.labels, model.scores(validation.rows))


def test_a_step_is_shown_the_training_rows_and_only_those() -> None:
    peeking, train = PeekingStep(), fake_rows(1)
    fit_on_one_thread("logistic_regression", recipe=Recipe(features=(peeking,)), train=train)
    [shown] = peeking.shown
    assert shown is train


@every_step
def test_what_a_step_learns_does_not_depend_on_validation_rows(step: str) -> None:
    other = fake_rows(9)
    other = replace(other, rows=other.rows * 7, labels=other.labels[::-1].copy())
    recipe = Recipe(features=(step,))
    one, two = (
        described(fit_on_one_thread("logistic_regression", recipe=recipe, validation=validation))
        for validation in (fake_rows(2), other)
    )
    assert one["threshold"] != two["threshold"]
    assert one["step_states"] == two["step_states"]
    assert one["transform_state"] == two["transform_state"]


@pytest.mark.parametrize("imbalance", ["none", "undersample", "smote"])
@every_algorithm
def test_a_strategy_takes_the_place_of_the_weights(name: str, imbalance: Any) -> None:
    recipe = Recipe(imbalance=imbalance, undersample_ratio=5, smote_ratio=5)
    rows, names = fake_rows(5).rows, weights_of(name)
    light, heavy = (
        fit_on_one_thread(name, recipe=recipe, hyperparameters=dict.fromkeys(names, weight))
        for weight in (1, 50)
    )
    assert {heavy.hyperparameters[name] for name in names} == {1}
    assert np.array_equal(light.scores(rows), heavy.scores(rows))


@pytest.mark.parametrize("imbalance", ["undersample", "smote"])
@every_algorithm
def test_resampling_raises_scores_and_calibration_brings_them_back(
    name: str, imbalance: Any
) -> None:
    out_of_bag = fake_rows(5)
    more_fraud = Recipe(imbalance=imbalance, undersample_ratio=2, smote_ratio=2)
    raised = fit_on_one_thread(name, recipe=more_fraud)
    repair = fit_on_one_thread(name, recipe=more_fraud.model_copy(update={"calibration": "platt"}))
    assert raised.scores(out_of_bag.rows).mean() > 1.2 * FRAUD_SHARE
    assert repair.scores(out_of_bag.rows).mean() == pytest.approx(FRAUD_SHARE, rel=0.2)


def test_validation_rows_are_not_resampled() -> None:
    heard: list[int] = []
    recipe = Recipe(imbalance="undersample", undersample_ratio=1)
    model = fit_on_one_thread("xgboost", recipe=recipe, on_progress=lambda *_: heard.append(1))
    validation = fake_rows(2)
    assert heard
    assert model.threshold == best_f1(validation.labels, model.scores(validation.rows))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"step_states": []}, "5 steps and 0 states"),
        ({"calibration_state": {}}, "not the state of the calibration platt"),
        ({"recipe": {"features": ["log_amont"]}}, "did you mean log_amount"),
        ({"recipe": {"imbalance": "smot"}}, "imbalance"),
    ],
)
def test_a_description_that_does_not_hang_together_is_refused(
    changes: dict[str, Any], message: str
) -> None:
    files = gappy_fitted("xgboost", FULL).to_files()
    text = json.dumps({**json.loads(files["model.json"]), **changes}).encode()
    with pytest.raises(InvalidData, match=message):
        FraudModel.from_files({**files, "model.json": text})
