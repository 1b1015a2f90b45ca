"""Permutation importance: how much average precision a model loses without each column."""

from typing import TYPE_CHECKING

import numpy as np

from fraud.data.arrays import Integers, Labels, Scores
from fraud.metrics.curves import precision_recall_curve

if TYPE_CHECKING:
    from fraud.data.labelled_rows import LabelledRows
    from fraud.model.fraud_model import FraudModel

LEGITIMATE_ROWS = 5_000  # beside all frauds: enough to rank columns in about a second


def importances(
    model: "FraudModel", validation: "LabelledRows", *, seed: int = 0
) -> dict[str, float]:
    """Return the average precision that is lost when one column is shuffled, for each column.

    About zero, or less, for a column that does not matter.

    Source: Breiman, "Random Forests" (2001).
    """
    random = np.random.default_rng(seed)
    chosen = _sampled(validation.labels, random)
    rows, labels = validation.rows[chosen], validation.labels[chosen]
    whole = average_precision(labels, model.scores(rows))
    lost = {}
    for position, column in enumerate(validation.columns):
        shuffled = rows.copy()
        random.shuffle(shuffled[:, position])
        lost[column] = whole - average_precision(labels, model.scores(shuffled))
    return lost


def average_precision(labels: Labels, scores: Scores) -> float:
    curve = precision_recall_curve(labels, scores)
    return float(-np.sum(np.diff(curve.recall) * curve.precision[:-1]))


def _sampled(labels: Labels, random: np.random.Generator) -> Integers:
    legitimate = np.flatnonzero(labels == 0)
    if len(legitimate) > LEGITIMATE_ROWS:
        legitimate = random.choice(legitimate, LEGITIMATE_ROWS, replace=False)
    return np.sort(np.concatenate([np.flatnonzero(labels == 1), legitimate]))
