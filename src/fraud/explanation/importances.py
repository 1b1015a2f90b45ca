"""Permutation importance: how much average precision a model loses without each column."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from fraud.data.arrays import Integers, Labels, Matrix, Scores
from fraud.metrics.curves import precision_recall_curve

if TYPE_CHECKING:
    from fraud.data.labelled_rows import LabelledRows
    from fraud.model.fraud_model import FraudModel
    from fraud.model.out_of_bag import OutOfBag

LEGITIMATE_ROWS = 5_000  # beside all frauds: enough to rank columns in about a second


def importances(
    model: "FraudModel", validation: "LabelledRows", *, seed: int = 0
) -> dict[str, float]:
    """Return the average precision that is lost when one column is shuffled, for each column.

    About zero, or less, for a column that does not matter. `validation` are rows that the model was
    not fitted on: what a model has learned by heart, it recognises by the other columns.

    Source: Breiman, "Random Forests" (2001).
    """
    return _losses(validation, lambda rows, _: model.scores(rows), seed)


def out_of_bag_importances(
    model: "FraudModel", out_of_bag: "OutOfBag", *, seed: int = 0
) -> dict[str, float]:
    """Return importances as `importances` does, of rows that are each scored by their own bag."""

    def scores(rows: Matrix, chosen: Integers) -> Scores:
        return model.scores_by_bag(rows, out_of_bag.bag[chosen])

    return _losses(out_of_bag.rows, scores, seed)


def _losses(
    rows: "LabelledRows", scores: Callable[[Matrix, Integers], Scores], seed: int
) -> dict[str, float]:
    """Return the loss of each column; `scores` takes a matrix, and the numbers of its rows."""
    random = np.random.default_rng(seed)
    chosen = _sampled(rows.labels, random)
    matrix, labels = rows.rows[chosen], rows.labels[chosen]
    whole = average_precision(labels, scores(matrix, chosen))
    lost = {}
    for position, column in enumerate(rows.columns):
        shuffled = matrix.copy()
        random.shuffle(shuffled[:, position])
        lost[column] = whole - average_precision(labels, scores(shuffled, chosen))
    return lost


def average_precision(labels: Labels, scores: Scores) -> float:
    curve = precision_recall_curve(labels, scores)
    return float(-np.sum(np.diff(curve.recall) * curve.precision[:-1]))


def _sampled(labels: Labels, random: np.random.Generator) -> Integers:
    legitimate = np.flatnonzero(labels == 0)
    if len(legitimate) > LEGITIMATE_ROWS:
        legitimate = random.choice(legitimate, LEGITIMATE_ROWS, replace=False)
    return np.sort(np.concatenate([np.flatnonzero(labels == 1), legitimate]))
