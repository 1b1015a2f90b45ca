"""A column matters by the average precision that a model loses when it is shuffled."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from fakes.data.labelled_rows import COLUMNS, fake_rows, fitted, quick_fit
from fraud.explanation.importances import (
    LEGITIMATE_ROWS,
    average_precision,
    importances,
    out_of_bag_importances,
)
from fraud.model.out_of_bag import out_of_bag
from fraud.model.recipe import Recipe

ROWS = fake_rows(8, 600)


def test_the_columns_that_separate_fraud_matter_most_and_the_others_hardly():
    found = importances(fitted("logistic_regression"), ROWS, seed=0)
    assert set(found) == set(COLUMNS)
    assert set(sorted(found, key=found.__getitem__)[-2:]) == {"V1", "V2"}
    assert abs(found["V4"]) < 0.1 * found["V1"]


def test_equal_seeds_shuffle_alike_and_rows_stay_as_they_were():
    model, before = fitted("logistic_regression"), ROWS.rows.copy()
    assert importances(model, ROWS, seed=1) == importances(model, ROWS, seed=1)
    assert importances(model, ROWS, seed=1) != importances(model, ROWS, seed=2)
    np.testing.assert_array_equal(ROWS.rows, before)


def test_a_column_that_rows_were_learned_by_matters_only_where_they_were_not_learned():
    train, validation = fake_rows(1, 500), fake_rows(2, 250)
    bagged = quick_fit("xgboost", train=train, validation=validation, recipe=Recipe(bags=3))
    left_out = out_of_bag(bagged, train, validation)
    found = out_of_bag_importances(bagged, left_out, seed=0)
    assert set(found) == set(COLUMNS)
    assert set(sorted(found, key=found.__getitem__)[-2:]) == {"V1", "V2"}
    assert found["V1"] > importances(bagged, validation, seed=0)["V1"]
    single = quick_fit("xgboost", train=train, validation=validation)
    same = out_of_bag_importances(single, out_of_bag(single, train, validation), seed=0)
    assert same == importances(single, validation, seed=0)


def test_of_many_legitimate_rows_a_sample_is_scored():
    rows = fake_rows(1, 2 * LEGITIMATE_ROWS)
    scored = []

    class Counting:
        def scores(self, matrix):
            scored.append(len(matrix))
            return np.full(len(matrix), 0.5)

    importances(Counting(), rows)
    assert set(scored) == {LEGITIMATE_ROWS + rows.fraud_count}


def test_average_precision_is_that_of_scikit_learn():
    random = np.random.default_rng(0)
    labels = (np.arange(200) < 20).astype(np.int8)
    scores = np.round(random.random(200), 1)
    expected = average_precision_score(labels, scores)
    assert average_precision(labels, scores) == pytest.approx(expected)
