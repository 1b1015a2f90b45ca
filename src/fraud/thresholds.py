"""Thresholds: from which score on a transaction is called fraud (score >= threshold)."""

import numpy as np
from numpy.typing import NDArray

from foundation.errors import InvalidData, InvalidParams
from fraud.labelled_rows import Labels

Scores = NDArray[np.float64]


def best_f1(labels: Labels, scores: Scores) -> float:
    """Pick the score with the highest F1, the higher one when several tie."""
    thresholds, caught, false_alarms = _alarms(labels, scores)
    frauds = caught[-1]
    if not frauds:
        message = (
            "A threshold needs at least one fraud among the labels; there is none. None was chosen."
        )
        raise InvalidData(message)
    f1 = 2 * caught / (caught + false_alarms + frauds)
    return float(thresholds[np.argmax(f1)])


def at_false_positive_rate(labels: Labels, scores: Scores, rate: float) -> float:
    """Pick the lowest score that calls at most `rate` of the legitimate rows fraud.

    Where even the highest score calls too many, the threshold lies just above it: nothing is fraud.
    """
    if not 0 <= rate <= 1:
        what, problem = "The false positive rate", f"it is a share from 0 to 1, not {rate}"
        raise InvalidParams(what, [problem])
    thresholds, _, false_alarms = _alarms(labels, scores)
    if not false_alarms[-1]:
        message = (
            "A false positive rate needs at least one legitimate row among the labels; there is "
            "none. No threshold was chosen."
        )
        raise InvalidData(message)
    allowed = np.flatnonzero(false_alarms <= rate * false_alarms[-1])
    if not len(allowed):
        return float(np.nextafter(thresholds[0], np.inf))
    return float(thresholds[allowed[-1]])


def _alarms(labels: Labels, scores: Scores) -> tuple[Scores, NDArray[np.int64], NDArray[np.int64]]:
    """Count, for every distinct score from the highest down, frauds and others at or above it."""
    if not len(labels) or len(labels) != len(scores):
        message = (
            f"A threshold needs a score for each label: {len(labels)} labels, {len(scores)} "
            "scores. None was chosen."
        )
        raise InvalidData(message)
    order = np.argsort(-scores, kind="stable")
    descending = scores[order]
    last_of_equals = np.append(np.flatnonzero(np.diff(descending)), len(scores) - 1)
    caught = np.cumsum(labels[order], dtype=np.int64)[last_of_equals]
    return descending[last_of_equals], caught, last_of_equals + 1 - caught
