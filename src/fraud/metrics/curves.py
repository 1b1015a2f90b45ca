"""Curves: precision-recall and ROC over all thresholds, and calibration over score bins."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fraud.data.arrays import Flags, Floats, Integers
from fraud.metrics.checks import checked_scores
from fraud.metrics.weighted_metrics import CALIBRATION_BINS, calibration_bins


class PrecisionRecallCurve(NamedTuple):
    """One point a distinct score, lowest first, then (precision 1, recall 0) without a score."""

    precision: Floats
    recall: Floats
    thresholds: Floats


class RocCurve(NamedTuple):
    """From (0, 0), whose threshold is infinite, to (1, 1), without points on a straight line."""

    false_positive_rate: Floats
    true_positive_rate: Floats
    thresholds: Floats


class CalibrationCurve(NamedTuple):
    """One point a bin of `calibration_error`, lowest scores first; empty bins are left out."""

    mean_score: Floats
    fraud_share: Floats
    rows: Integers


def precision_recall_curve(labels: npt.ArrayLike, scores: npt.ArrayLike) -> PrecisionRecallCurve:
    """Return precision and recall at all thresholds, as scikit-learn's function of that name."""
    thresholds, hits, false_alarms = _counts_at_or_above(*checked_scores(labels, scores))
    precision, recall = hits / (hits + false_alarms), hits / hits[-1]
    return PrecisionRecallCurve(
        np.append(precision[::-1], 1.0), np.append(recall[::-1], 0.0), thresholds[::-1]
    )


def roc_curve(labels: npt.ArrayLike, scores: npt.ArrayLike) -> RocCurve:
    """Return true against false positive rate, as scikit-learn's function of that name."""
    thresholds, hits, false_alarms = _counts_at_or_above(*checked_scores(labels, scores))
    turns = np.diff(hits, n=2).astype(bool) | np.diff(false_alarms, n=2).astype(bool)
    kept = np.flatnonzero(np.r_[True, turns, True]) if len(hits) > 2 else np.arange(len(hits))
    return RocCurve(
        np.r_[0.0, false_alarms[kept] / false_alarms[-1]],
        np.r_[0.0, hits[kept] / hits[-1]],
        np.r_[np.inf, thresholds[kept]],
    )


def calibration_curve(labels: npt.ArrayLike, scores: npt.ArrayLike) -> CalibrationCurve:
    """Return the mean score of each bin beside the share of fraud in that bin."""
    is_fraud, score = checked_scores(labels, scores)
    order = np.argsort(-score, kind="stable")
    bins = calibration_bins(score[order])
    rows = np.bincount(bins, minlength=CALIBRATION_BINS)
    expected = np.bincount(bins, weights=score[order], minlength=CALIBRATION_BINS)
    real = np.bincount(bins, weights=is_fraud[order], minlength=CALIBRATION_BINS)
    filled = np.flatnonzero(rows)[::-1]
    return CalibrationCurve(
        expected[filled] / rows[filled], real[filled] / rows[filled], rows[filled]
    )


def _counts_at_or_above(is_fraud: Flags, scores: Floats) -> tuple[Floats, Integers, Integers]:
    """Count frauds and legitimate rows at or above each distinct score, highest score first."""
    distinct, rank = np.unique(-scores, return_inverse=True)
    hits = np.cumsum(np.bincount(rank[is_fraud], minlength=len(distinct)))
    false_alarms = np.cumsum(np.bincount(rank[~is_fraud], minlength=len(distinct)))
    return -distinct, hits, false_alarms
