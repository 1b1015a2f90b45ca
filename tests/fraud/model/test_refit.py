"""The final model learns from every development row, and from no other."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.data.labelled_rows import QUICK, fake_rows
from fraud.algorithms import ALGORITHMS
from fraud.algorithms.algorithm import Algorithm, AlgorithmTask, Fitted, Hyperparameters
from fraud.data.arrays import Matrix, Scores
from fraud.features.transforms import TimeOfDay
from fraud.model.fraud_model import FraudModel, fit
from fraud.model.recipe import Recipe
from fraud.model.refit import refitted

TRAIN, VALIDATION = fake_rows(1, 600), fake_rows(2, 200)
SOME = list(QUICK)


def first(algorithm: str, **recipe: int) -> FraudModel:
    return fit(
        algorithm, QUICK[algorithm], TRAIN, VALIDATION, seed=3, threads=1,
        recipe=Recipe.checked(recipe, source="test"),
    )  # fmt: skip


class _Half:
    def scores(self, rows: Matrix) -> Scores:
        return np.full(len(rows), 0.5)


def spy(tasks: list[AlgorithmTask]) -> Algorithm[Hyperparameters]:
    """An algorithm that keeps the tasks it is given, and finds ten rounds."""

    def learn(_: Hyperparameters, task: AlgorithmTask) -> Fitted:
        tasks.append(task)
        return Fitted({"spy": b""}, {"spy": task.rounds.get("spy", 10)})

    def load(_: Mapping[str, bytes]) -> _Half:
        return _Half()

    return Algorithm(
        name="spy", libraries=(), files=("spy",), hyperparameters=Hyperparameters,
        transform=TimeOfDay, suggest=lambda _: Hyperparameters(), fit=learn, load=load, boosts=True,
    )  # fmt: skip


@given(train=st.integers(40, 90), validation=st.integers(40, 90))
def test_it_learns_from_each_development_row_once(train: int, validation: int) -> None:
    tasks: list[AlgorithmTask] = []
    parts = fake_rows(1, train), fake_rows(2, validation)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(ALGORITHMS, "spy", spy(tasks))
        final = refitted(fit("spy", {}, *parts, seed=1), *parts)
    stopped, again = tasks
    assert len(stopped.train.labels) == train
    np.testing.assert_array_equal(again.train.labels, np.concatenate([p.labels for p in parts]))
    amounts = np.concatenate([part.amounts for part in parts])
    np.testing.assert_array_equal(again.train.rows[:, -2], amounts)
    assert again.rounds == {"spy": -(-10 * (train + validation) // train)}
    assert final.best_iteration == again.rounds["spy"]


@pytest.mark.parametrize("algorithm", SOME)
def test_threshold_and_calibration_stay_and_the_rest_is_of_all_rows(algorithm: str) -> None:
    model = first(algorithm)
    final = refitted(model, TRAIN, VALIDATION, threads=1)
    assert final.threshold == model.threshold
    assert final.description.files != model.description.files
    assert final.hyperparameters == model.hyperparameters
    read = FraudModel.from_files(final.to_files())
    rows = fake_rows(5, 50).rows
    np.testing.assert_array_equal(read.scores(rows), final.scores(rows))
    changed = replace(VALIDATION, labels=VALIDATION.labels[::-1].copy())
    other = refitted(model, TRAIN, changed, threads=1)
    assert other.description.files != final.description.files


@pytest.mark.parametrize("algorithm", SOME)
def test_equal_rows_give_equal_models(algorithm: str) -> None:
    model = first(algorithm)
    once, twice = (refitted(model, TRAIN, VALIDATION, threads=1) for _ in range(2))
    assert once.to_files() == twice.to_files()


def test_epochs_of_a_network_do_not_grow() -> None:
    model = first("neural_network")
    assert refitted(model, TRAIN, VALIDATION).best_iteration == model.best_iteration


def test_bags_have_learned_from_all_rows_already() -> None:
    model = first("xgboost", bags=2)
    assert refitted(model, TRAIN, VALIDATION) is model
