"""Bags: each learns without a fold, all are saved, their mean scores, and nobody peeks."""

import json
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.data.labelled_rows import FRAUD_SHARE, fake_rows, quick_fit
from fakes.data.peeking_step import PeekingStep
from fakes.data.rows_with_gaps import CATEGORIES, MAY_MISS, gappy_rows
from foundation.errors import InvalidData
from foundation.stores.archives import pack, unpack
from fraud.algorithms import ALGORITHMS, algorithm_named
from fraud.data.labelled_rows import LabelledRows
from fraud.explanation.explanation import Explanation, explain_model
from fraud.explanation.importances import average_precision
from fraud.features.steps import STEPS
from fraud.features.transforms import transform_from_state
from fraud.metrics.log_odds import log_odds
from fraud.metrics.thresholds import best_f1
from fraud.model.bagging import TrainingTask, training_tasks
from fraud.model.calibration import Platt
from fraud.model.fraud_model import FraudModel
from fraud.model.recipe import Recipe

every_algorithm = pytest.mark.parametrize("name", ALGORITHMS)
BAGS = 3
TRAIN, VALIDATION, UNSEEN = fake_rows(1, 500), fake_rows(2, 250), fake_rows(5, 400)


@cache
def bagged(name: str, **recipe: Any) -> FraudModel:
    made_by = Recipe(bags=BAGS, **recipe)
    return quick_fit(name, train=TRAIN, validation=VALIDATION, recipe=made_by, threads=1)


@cache
def full(name: str) -> FraudModel:
    """A model of gaps and categories, with every step, resampled and calibrated."""
    recipe = Recipe(
        bags=2, features=tuple(STEPS), imbalance="smote", smote_ratio=8, calibration="platt"
    )
    rows = {"train": gappy_rows(1, 500), "validation": gappy_rows(2, 300)}
    return quick_fit(name, recipe=recipe, threads=1, **rows)


def dealt(
    train: LabelledRows, validation: LabelledRows, bags: int, seed: int = 3
) -> list[TrainingTask]:
    return list(training_tasks(TrainingTask(train, validation, seed), bags))


def described(model: FraudModel) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(model.to_files()["model.json"])
    return content


def as_texts(rows: LabelledRows) -> list[bytes]:
    return [row.tobytes() for row in rows.rows]


def explained(model: FraudModel) -> Explanation:
    return explain_model(model, UNSEEN, count=40)


@every_algorithm
def test_the_score_is_the_mean_of_what_the_saved_bags_say(name: str) -> None:
    model, said = bagged(name), []
    files = model.to_files()
    names = ALGORITHMS[name].files
    for number, state in enumerate(described(model)["bags"], start=1):
        own = {file: files[f"bag-{number}-{file}"] for file in names}
        predictor = algorithm_named(name).load(own)
        transform = transform_from_state(model.description.transform, state["transform_state"])
        said.append(predictor.scores(transform.apply(UNSEEN.rows)))
    assert len(said) == BAGS
    np.testing.assert_allclose(model.scores(UNSEEN.rows), np.mean(said, axis=0), rtol=1e-12)
    assert not np.array_equal(said[0], said[1])
    assert average_precision(UNSEEN.labels, model.scores(UNSEEN.rows)) > 8 * FRAUD_SHARE


@every_algorithm
@pytest.mark.parametrize("make", [bagged, full])
def test_a_bagged_model_is_the_same_after_a_load(name: str, make: Any) -> None:
    model = make(name)
    rows = gappy_rows(5).rows if make is full else UNSEEN.rows
    loaded = FraudModel.from_files(unpack(pack(model.to_files())))
    assert np.array_equal(loaded.scores(rows), model.scores(rows))
    assert np.array_equal(loaded.uncalibrated_scores(rows), model.uncalibrated_scores(rows))
    assert loaded.to_files() == model.to_files()
    assert (loaded.best_iteration, loaded.threshold) == (model.best_iteration, model.threshold)
    if make is full:
        assert (loaded.categories, loaded.may_miss) == (CATEGORIES, MAY_MISS)


@every_algorithm
def test_equal_seeds_give_equal_bytes_on_one_thread(name: str) -> None:
    assert bagged.__wrapped__(name).to_files() == bagged(name).to_files()


@every_algorithm
def test_one_bag_is_the_model_that_there_was_before_there_were_bags(name: str) -> None:
    one = quick_fit(name, recipe=Recipe(bags=1), threads=1)
    assert one.to_files() == quick_fit(name, threads=1).to_files()
    assert one.to_files().keys() == {"model.json", *ALGORITHMS[name].files}
    assert not {"bags", "recipe"} & described(one).keys()


@settings(max_examples=25)
@given(bags=st.integers(2, 6), seed=st.integers(0, 2**31 - 1), copies=st.integers(1, 40))
def test_each_row_is_unseen_by_one_bag_and_learned_by_the_others(
    bags: int, seed: int, copies: int
) -> None:
    # A part of the validation rows are copies of training rows.
    twins = np.concatenate([TRAIN.rows[:copies], VALIDATION.rows])
    labels = np.concatenate([TRAIN.labels[:copies], VALIDATION.labels])
    validation = replace(VALIDATION, rows=twins, labels=labels)
    everything = sorted(as_texts(TRAIN) + as_texts(validation))
    parts = dealt(TRAIN, validation, bags, seed)
    assert sorted(row for part in parts for row in as_texts(part.out_of_bag)) == everything
    for part in parts:
        assert not set(as_texts(part.train)) & set(as_texts(part.out_of_bag))
        assert sorted(as_texts(part.train) + as_texts(part.out_of_bag)) == everything
    assert len({part.seed for part in parts}) == bags


def test_the_newest_rows_are_learned_from_too() -> None:
    later = VALIDATION.rows + np.array([0, 0, 0, 0, 0, 10 * 86_400])
    for part in dealt(TRAIN, replace(VALIDATION, rows=later), BAGS):
        assert 0.5 < np.mean(np.isin(later[:, -1], part.train.times)) < 0.8


def test_steps_are_fitted_on_the_rows_of_their_own_bag() -> None:
    peeking = PeekingStep()
    recipe = Recipe(features=(peeking,), bags=BAGS)
    quick_fit("logistic_regression", train=TRAIN, validation=VALIDATION, recipe=recipe, threads=1)
    for shown, part in zip(peeking.shown, dealt(TRAIN, VALIDATION, BAGS), strict=True):
        assert np.array_equal(shown.rows, part.train.rows)


@every_algorithm
def test_calibration_and_threshold_come_from_scores_of_bags_that_did_not_see_the_row(
    name: str,
) -> None:
    model = bagged(name, calibration="platt")
    parts = dealt(TRAIN, VALIDATION, BAGS)
    out_of_bag = [
        bag.scores(part.out_of_bag.rows) for bag, part in zip(model.bags, parts, strict=True)
    ]
    labels = np.concatenate([part.out_of_bag.labels for part in parts])
    fair = Platt.fit(np.concatenate(out_of_bag), labels)
    assert model.description.calibration_state == fair.model_dump()
    assert model.threshold == best_f1(labels, fair.apply(np.concatenate(out_of_bag)))


def test_labels_that_nothing_tells_are_not_believed_however_well_they_were_learned() -> None:
    """A forest knows noise by heart; a peek at what it learned would call that knowledge."""
    random = np.random.default_rng(0)
    noise = replace(TRAIN, rows=random.normal(size=TRAIN.rows.shape) + 10)
    recipe = Recipe(bags=BAGS, calibration="platt")
    by_heart = {"min_samples_leaf": 1, "n_estimators": 30}
    model = quick_fit(
        "random_forest",
        hyperparameters=by_heart,
        train=noise,
        validation=replace(VALIDATION, rows=random.normal(size=VALIDATION.rows.shape) + 10),
        recipe=recipe,
        threads=1,
    )
    raw, frauds = model.uncalibrated_scores(noise.rows), noise.labels == 1
    peeked = Platt.fit(raw, noise.labels).apply(raw)
    assert peeked[frauds].mean() > 0.5
    assert model.scores(noise.rows)[frauds].mean() < 3 * FRAUD_SHARE


@pytest.mark.parametrize("name", ["xgboost", "neural_network"])
def test_rounds_of_all_bags_are_counted_as_one(name: str) -> None:
    heard: list[tuple[int, int]] = []
    recipe = Recipe(bags=BAGS)
    rows = {"train": TRAIN, "validation": VALIDATION}
    model = quick_fit(
        name, recipe=recipe, threads=1, on_progress=lambda done, of, _: heard.append((done, of)),
        **rows,
    )  # fmt: skip
    done, of = zip(*heard, strict=True)
    assert len(set(of)) == 1
    assert list(done) == sorted(set(done))
    assert done[0] == 1
    assert of[0] * (BAGS - 1) // BAGS < done[-1] <= of[0]
    kept = [bag.best_iteration for bag in model.bags]
    assert model.best_iteration == sorted(kept)[BAGS // 2]


def test_what_has_no_rounds_has_none_to_report() -> None:
    assert bagged("random_forest").best_iteration is None


def test_fewer_frauds_than_bags_are_refused() -> None:
    few = fake_rows(1, 60)
    with pytest.raises(InvalidData, match=r"Each of 20 bags .* Nothing was fitted") as refusal:
        quick_fit("xgboost", train=few, validation=few, recipe=Recipe(bags=20))
    most = int(str(refusal.value).split("at most ")[1].split()[0])
    assert 1 <= most < 20


@every_algorithm
def test_an_explanation_adds_up_to_what_the_bags_say_on_average(name: str) -> None:
    model = bagged(name)
    found = explained(model)
    said = [bag.scores(UNSEEN.rows[found.chosen]) for bag in model.bags]
    expected = np.mean(said if found.unit == "probability" else [*map(log_odds, said)], axis=0)
    np.testing.assert_allclose(found.base + found.values.sum(axis=1), expected, atol=1e-5)
    np.testing.assert_array_equal(found.scores, model.scores(UNSEEN.rows[found.chosen]))
    assert set(list(found.global_importance())[:2]) == {"V1", "V2"}


def test_columns_that_some_bags_lack_are_explained_too() -> None:
    pairs = ({"interactions": {"pairs": 4}},)
    recipe = Recipe.model_validate({"bags": BAGS, "features": pairs})
    model = quick_fit("xgboost", train=TRAIN, validation=VALIDATION, recipe=recipe, threads=1)
    own = [bag.steps.widened(UNSEEN).columns for bag in model.bags]
    found = explained(model)
    assert len(set(own)) > 1
    assert set(found.columns) == set().union(*own)
    assert found.columns[-2:] == ("Amount", "Time")
    said = [log_odds(bag.scores(UNSEEN.rows[found.chosen])) for bag in model.bags]
    total = found.base + found.values.sum(axis=1)
    np.testing.assert_allclose(total, np.mean(said, axis=0), atol=1e-5)
