"""Out-of-bag rows are scored by the one bag that was fitted without them."""

import numpy as np
import pytest

from fakes.data.labelled_rows import fake_rows, quick_fit
from fraud.metrics.thresholds import best_f1
from fraud.model.bagging import TrainingTask, training_tasks
from fraud.model.out_of_bag import out_of_bag
from fraud.model.recipe import Recipe

TRAIN, VALIDATION = fake_rows(1, 500), fake_rows(2, 250)


@pytest.mark.parametrize("calibration", ["none", "platt", "isotonic"])
def test_every_row_is_left_out_once_and_scored_by_that_bag(calibration: str) -> None:
    recipe = Recipe(bags=3, calibration=calibration)
    model = quick_fit("xgboost", train=TRAIN, validation=VALIDATION, recipe=recipe)
    found = out_of_bag(model, TRAIN, VALIDATION)
    assert len(found.rows.labels) == len(TRAIN.labels) + len(VALIDATION.labels)
    tasks = list(training_tasks(TrainingTask(TRAIN, VALIDATION, seed=3), 3))
    for number, task in enumerate(tasks):
        assert np.array_equal(found.rows.rows[found.bag == number], task.out_of_bag.rows)
    # The threshold of the model is the best on these very scores.
    assert best_f1(found.rows.labels, found.scores(model)) == model.threshold


def test_of_a_single_model_they_are_the_validation_rows() -> None:
    model = quick_fit("logistic_regression", train=TRAIN, validation=VALIDATION)
    found = out_of_bag(model, TRAIN, VALIDATION)
    assert found.rows is VALIDATION
    assert np.array_equal(found.scores(model), model.scores(VALIDATION.rows))
