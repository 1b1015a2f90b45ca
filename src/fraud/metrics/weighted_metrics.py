"""Weighted metrics: every metric of scored rows when each row counts a given number of times.

A bootstrap resample is how often each row was drawn. Rows are sorted once, and each metric of a
resample is a few sums over those counts.
"""

from dataclasses import dataclass

import numpy as np

from fraud.data.arrays import AnyArray, Flags, Floats, Integers
from fraud.metrics.rank_index import RankIndex, counts_before

CALIBRATION_BINS = 10
# The metrics that depend on the order of the scores only.
RANKING_METRICS = ("roc_auc", "average_precision", "recall_at_1pct_fpr", "recall_at_01pct_fpr")


@dataclass(frozen=True)
class RankedScores:
    """The scores of frauds and of legitimate rows, riskiest first, and their rank indices."""

    frauds: Floats
    legitimate: Floats
    overall: RankIndex  # all rows as one day
    daily: RankIndex
    fraud_bins: Integers  # calibration bins: where each starts; one more for the end
    legitimate_bins: Integers
    flagged_frauds: int  # how many score at or above the decision threshold
    flagged_legitimate: int

    @classmethod
    def of(
        cls,
        labels: Flags,
        scores: Floats,
        *,
        days: Integers,
        threshold: float,
    ) -> "RankedScores":
        riskiest_first = np.argsort(-scores, kind="stable")
        labels, scores, days = labels[riskiest_first], scores[riskiest_first], days[riskiest_first]
        distinct, rank = np.unique(-scores, return_inverse=True)
        _, day = np.unique(days, return_inverse=True)
        by_day = day * len(distinct) + rank
        frauds, legitimate = scores[labels], scores[~labels]
        edges = np.searchsorted(calibration_bins(scores), np.arange(CALIBRATION_BINS + 1))
        return cls(
            frauds=frauds,
            legitimate=legitimate,
            overall=RankIndex.of(rank[labels], rank[~labels], len(distinct)),
            daily=RankIndex.of(by_day[labels], by_day[~labels], len(distinct)),
            fraud_bins=counts_before(labels)[edges],
            legitimate_bins=counts_before(~labels)[edges],
            flagged_frauds=int((frauds >= threshold).sum()),
            flagged_legitimate=int((legitimate >= threshold).sum()),
        )


def calibration_bins(riskiest_first: Floats) -> Integers:
    """Return the bin of each score: bins expect equally many frauds, and ties share a bin.

    With bins of equally many rows, one bin would hold every fraud of a rare class.
    """
    distinct, rank, rows = np.unique(-riskiest_first, return_inverse=True, return_counts=True)
    promised = -distinct * rows
    middle = np.cumsum(promised) - promised / 2
    share = middle / max(promised.sum(), np.finfo(float).tiny)
    bins: Integers = np.minimum((share * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)[rank]
    return bins


def measure(
    ranked: RankedScores, frauds: Integers, legitimate: Integers, *, per_day: int, noise: int
) -> dict[str, float]:
    """Return every metric when each fraud and each legitimate row counts this often.

    `noise` is how many times the rows were drawn: 1 as observed, 2 for a resample.
    """
    return {
        **_decision_metrics(
            float(frauds[: ranked.flagged_frauds].sum()),
            float(legitimate[: ranked.flagged_legitimate].sum()),
            float(frauds.sum()),
            float(legitimate.sum()),
        ),
        **ranking_metrics(ranked.overall, frauds, legitimate),
        "precision_at_k": _daily_precision(ranked.daily, frauds, legitimate, per_day),
        **_probability_metrics(ranked, frauds, legitimate, noise),
    }


def _decision_metrics(
    hits: float, false_alarms: float, frauds: float, legitimate: float
) -> dict[str, float]:
    misses = frauds - hits
    return {
        "accuracy": (hits + legitimate - false_alarms) / (frauds + legitimate),
        "precision": hits / max(hits + false_alarms, 1),
        "recall": hits / frauds,
        "f1": 2 * hits / (2 * hits + false_alarms + misses),
    }


def ranking_metrics(
    ranking_index: RankIndex, fraud_counts: Integers, legitimate_counts: Integers
) -> dict[str, float]:
    """Return the metrics of RANKING_METRICS when each row of the index counts this often."""
    caught = ranking_index.frauds.counts_before(fraud_counts)
    alarms = ranking_index.legitimate.counts_before(legitimate_counts)
    return {
        metric: float(value) for metric, value in metrics_of(ranking_index, caught, alarms).items()
    }


def metrics_of(ranking_index: RankIndex, caught: Integers, alarms: Integers) -> dict[str, Floats]:
    """Return RANKING_METRICS of the frauds and legitimate rows before each piece of the index.

    The last axis of both counts is the pieces; an axis of resamples may come before it.
    """
    frauds, legitimate = caught[..., -1], alarms[..., -1]
    hits = caught[..., ranking_index.frauds.through]
    gained = hits - caught[..., ranking_index.frauds.above]
    before, through = (
        alarms[..., ranking_index.legitimate.above],
        alarms[..., ranking_index.legitimate.through],
    )
    below = legitimate[..., None] - (before + through) / 2
    false_alarm_rate = through / legitimate[..., None]

    def recall_at(rate: float) -> Floats:
        best: Floats = (hits * (false_alarm_rate <= rate)).max(axis=-1) / frauds
        return best

    precision = hits / np.maximum(hits + through, 1)
    return {
        "roc_auc": weighted_sum(gained, below) / (frauds * legitimate),
        "average_precision": weighted_sum(gained, precision) / frauds,
        "recall_at_1pct_fpr": recall_at(0.01),
        "recall_at_01pct_fpr": recall_at(0.001),
    }


def _daily_precision(
    ranking_index: RankIndex, frauds: Integers, legitimate: Integers, per_day: int
) -> float:
    fraud, other = ranking_index.frauds, ranking_index.legitimate
    caught, alarms = fraud.counts_before(frauds), other.counts_before(legitimate)
    start = caught[fraud.days] + alarms[other.days]
    rows = np.diff(start)
    before = caught[fraud.above] + alarms[other.above] - start[ranking_index.day]
    gained = caught[fraud.through] - caught[fraud.above]
    size = gained + alarms[other.through] - alarms[other.above]
    # Rows of one score share what is left of the k places: the order of the file decides nothing.
    share = np.clip((per_day - before) / np.maximum(size, 1), 0, 1)
    found = np.bincount(ranking_index.day, weights=gained * share, minlength=len(rows))
    had_rows = rows > 0  # a small day may be absent from a resample
    return float(np.mean(found[had_rows] / np.minimum(rows[had_rows], per_day)))


def _probability_metrics(
    ranked: RankedScores, frauds: Integers, legitimate: Integers, noise: int
) -> dict[str, float]:
    promised = legitimate * ranked.legitimate
    missing = np.square(1 - ranked.frauds)
    error = float(weighted_sum(promised, ranked.legitimate) + weighted_sum(frauds, missing))
    real = _between(frauds, ranked.fraud_bins)
    rows = real + _between(legitimate, ranked.legitimate_bins)
    expected = _between(promised, ranked.legitimate_bins)
    expected += _between(frauds * ranked.frauds, ranked.fraud_bins)
    share = real / np.maximum(rows, 1)
    gap = np.square((real - expected) / np.maximum(rows, 1))
    chance = share * (1 - share) / np.maximum(rows - 1, 1)
    squared = float(weighted_sum(rows, gap - noise * chance)) / rows.sum()
    return {
        "brier": error / float(rows.sum()),
        "calibration_error": float(np.sqrt(max(squared, 0.0))),
    }


def _between(values: AnyArray, edges: Integers) -> Floats:
    """Add up the values between each two edges."""
    # Ends in a zero, so that an edge after the last value is a place too.
    padded = np.zeros(len(values) + 1)
    padded[:-1] = values
    sums = np.add.reduceat(padded, edges[:-1])
    return np.where(np.diff(edges) > 0, sums, 0.0)


def weighted_sum(weights: AnyArray, values: AnyArray) -> Floats:
    """Add up the values along the last axis, each times its weight."""
    # Not `@`: BLAS starts its threads for it, which costs more than the sum on a busy machine.
    total: Floats = np.multiply(weights, values).sum(axis=-1)
    return total
