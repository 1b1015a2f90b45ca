"""Logistic regression is scikit-learn's, on standardised columns, with weighted frauds."""

import numpy as np
import pytest

from fakes.data.labelled_rows import fake_rows, fitted, quick_fit
from fraud.algorithms import skops_files
from fraud.algorithms.logistic_regression import FILE
from fraud.features.transforms import Standardised


def test_scores_are_those_of_the_estimator_in_its_file() -> None:
    rows = fake_rows(5, 50).rows
    estimator = skops_files.loads(fitted("logistic_regression").to_files()[FILE])
    expected = estimator.predict_proba(Standardised.fit(fake_rows(1)).apply(rows))[:, 1]
    np.testing.assert_allclose(fitted("logistic_regression").scores(rows), expected)


@pytest.mark.parametrize(("weaker", "stronger"), [(1e-4, 1.0)])
def test_a_stronger_regularisation_keeps_scores_nearer_to_each_other(
    weaker: float, stronger: float
) -> None:
    rows = fake_rows(5, 200).rows
    spreads = [
        np.ptp(quick_fit("logistic_regression", hyperparameters={"C": c}).scores(rows))
        for c in (weaker, stronger)
    ]
    assert spreads[0] < spreads[1]


def test_heavier_frauds_raise_the_scores() -> None:
    rows = fake_rows(5, 200).rows
    plain, heavy = (
        quick_fit("logistic_regression", hyperparameters={"scale_pos_weight": weight})
        for weight in (1, 50)
    )
    assert heavy.scores(rows).mean() > plain.scores(rows).mean()
