"""Metrics with bootstrap intervals: how good the scores of a model are.

Accuracy, precision, recall, F1, ROC AUC, average precision and the Brier score are those of
scikit-learn (a metric whose denominator is zero is 0). The others:

- `recall_at_1pct_fpr`, `recall_at_01pct_fpr`: the best recall of any threshold whose false positive
  rate is at most 1 % or 0.1 %, without interpolation.
- `precision_at_k`: the share of frauds among the `per_day` riskiest transactions of a day (all of
  them, when there are fewer), averaged over the days. Equal scores share the last places.
- `calibration_error`: the root of the squared difference between mean score and fraud share,
  averaged over ten bins by their rows, less what chance alone contributes, and 0 when nothing is
  left: the debiased estimator of Kumar, Liang and Ma, "Verified Uncertainty Calibration" (NeurIPS
  2019). The bins promise equally many frauds; they are not made again for a resample.

Intervals are percentiles of a stratified bootstrap (Efron and Tibshirani, "An Introduction to the
Bootstrap", 1993, chapters 8 and 13): frauds and legitimate rows are drawn again separately, so that
each resample has as many frauds as there were. As a resample is twice as noisy as the rows are,
`calibration_error` subtracts chance twice there. Of simulated 95 % intervals with 100 frauds, 92 to
96 % covered the true value; of a ROC AUC above 0.98, which cannot err upwards as far, 88 %.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from foundation.errors import InvalidData
from fraud.data.arrays import Floats
from fraud.metrics.bootstrap import percentiles, stratified_counts
from fraud.metrics.checks import UNTOUCHED, checked_days, checked_scores
from fraud.metrics.curves import (
    CalibrationCurve,
    PrecisionRecallCurve,
    RocCurve,
    calibration_curve,
    precision_recall_curve,
    roc_curve,
)
from fraud.metrics.weighted_metrics import RankedScores, measure

__all__ = [
    "METRICS",
    "CalibrationCurve",
    "Estimate",
    "PrecisionRecallCurve",
    "RocCurve",
    "calibration_curve",
    "evaluate_scores",
    "precision_recall_curve",
    "roc_curve",
]

METRICS = (
    "accuracy", "precision", "recall", "f1", "roc_auc", "average_precision", "recall_at_1pct_fpr",
    "recall_at_01pct_fpr", "precision_at_k", "brier", "calibration_error",
)  # fmt: skip
OF_A_DAY = "precision_at_k"


@dataclass(frozen=True)
class Estimate:
    """A metric of the rows at hand, and the interval that is likely to hold its true value."""

    value: float
    low: float
    high: float


def evaluate_scores(
    labels: npt.ArrayLike,
    scores: npt.ArrayLike,
    *,
    threshold: float,
    days: npt.ArrayLike | None,
    per_day: int = 100,
    resamples: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
) -> dict[str, Estimate]:
    """Return the metrics of METRICS, each with its bootstrap interval.

    Args:
        labels: 1 for fraud, shape (n,).
        scores: Fraud scores from 0 to 1, shape (n,).
        threshold: A score at or above it is flagged.
        days: The whole-number day of each row, shape (n,); None where days are not known:
            `precision_at_k` is left out then.
        per_day: The k of `precision_at_k`.
        resamples: Bootstrap resamples.
        seed: Of the resamples.
        confidence: Of the intervals.

    Raises:
        InvalidData: A NaN, a score outside 0 to 1, labels of one class only, or arrays of different
            lengths.
    """
    is_fraud, score = checked_scores(labels, scores)
    _require_choices(per_day, resamples, confidence)
    ranked = RankedScores.of(
        is_fraud, score, days=checked_days(days, len(score)), threshold=threshold
    )
    values = _measure_once(ranked, per_day)
    drawn = _measure_resamples(ranked, per_day, resamples, seed)
    lows, highs = percentiles(drawn, confidence)
    return {
        name: Estimate(values[name], float(low), float(high))
        for name, low, high in zip(METRICS, lows, highs, strict=True)
        if days is not None or name != OF_A_DAY
    }


def _measure_once(ranked: RankedScores, per_day: int) -> dict[str, float]:
    frauds = np.ones(len(ranked.frauds), dtype=np.int64)
    legitimate = np.ones(len(ranked.legitimate), dtype=np.int64)
    return measure(ranked, frauds, legitimate, per_day=per_day, noise=1)


def _measure_resamples(ranked: RankedScores, per_day: int, resamples: int, seed: int) -> Floats:
    """Measure resamples one after another, so that memory does not grow with their number."""
    drawn = np.empty((resamples, len(METRICS)))
    rows = len(ranked.frauds), len(ranked.legitimate)
    counts = stratified_counts(*rows, resamples=resamples, seed=seed)
    for row, (frauds, legitimate) in zip(drawn, counts, strict=True):
        measured = measure(ranked, frauds, legitimate, per_day=per_day, noise=2)
        row[:] = [measured[name] for name in METRICS]
    return drawn


def _require_choices(per_day: int, resamples: int, confidence: float) -> None:
    if per_day < 1 or resamples < 1 or not 0 < confidence < 1:
        message = (
            "Metrics need at least one place a day, at least one resample, and a confidence "
            f"between 0 and 1; these are {per_day}, {resamples} and {confidence}. {UNTOUCHED}"
        )
        raise InvalidData(message)
