"""LightGBM scores rows alike alone and among many, and learns what the weights of frauds say."""

import numpy as np

from fakes.data.labelled_rows import fake_rows, fitted, quick_fit
from fraud.algorithms.lightgbm_trees import ROWS_WORTH_THREADS


def test_rows_are_scored_alike_on_one_thread_and_on_many() -> None:
    rows = fake_rows(3, ROWS_WORTH_THREADS + 10).rows
    model = fitted("lightgbm")
    assert np.array_equal(model.scores(rows)[:10], model.scores(rows[:10]))


def test_heavier_frauds_raise_the_scores() -> None:
    rows = fake_rows(3, 200).rows
    plain, heavy = (
        quick_fit("lightgbm", hyperparameters={"scale_pos_weight": weight, "n_estimators": 10})
        for weight in (1, 50)
    )
    assert heavy.scores(rows).mean() > plain.scores(rows).mean()
