"""Curve points are the curves, thinned to what a screen shows."""

import json

import numpy as np

from fraud.metrics.curve_points import curve_points
from fraud.metrics.curves import precision_recall_curve

RANDOM = np.random.default_rng(1)
LABELS = (np.arange(20_000) % 7 == 0).astype(np.int8)
SCORES = RANDOM.random(20_000)


def test_curves_are_thinned_to_what_a_screen_shows_and_keep_their_ends() -> None:
    drawn = curve_points(LABELS, SCORES)
    recall = drawn["precision_recall"]["recall"]
    assert len(recall) == 500
    assert (recall[0], recall[-1]) == (1.0, 0.0)
    assert drawn["roc"]["thresholds"][0] is None
    assert json.loads(json.dumps(drawn, allow_nan=False)) == drawn


def test_every_point_that_is_kept_is_one_of_the_curve() -> None:
    kept = curve_points(LABELS, SCORES)["precision_recall"]
    curve = precision_recall_curve(LABELS, SCORES)
    whole = set(zip(curve.precision.tolist(), curve.recall.tolist(), strict=True))
    assert set(zip(kept["precision"], kept["recall"], strict=True)) <= whole
