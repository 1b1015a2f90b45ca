"""Paired comparison: whether one model ranks frauds better than another, beyond chance.

Both models are measured on the same resamples: a paired, stratified bootstrap (Efron and
Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 8 and 13). Whatever makes some rows
hard for both models cancels out, so far smaller differences show than two intervals beside each
other would suggest.

- `p_value`: the lowest level at which the percentile interval of the difference leaves out zero,
  two-sided. It is never below 2 / (resamples + 1).
- `detectable`: the difference that would be distinguished from zero with 80 % power, which is
  (z(1 - α/2) + z(0.8)) standard errors of the difference: the minimum detectable effect of Bloom,
  "Minimum Detectable Effects" (Evaluation Review, 1995). A smaller one may well be real and unseen.
- Of several models, the best was picked after all were compared: the p-values are corrected for
  every pair there was (Holm, "A simple sequentially rejective multiple test procedure", 1979).

Of simulated pairs of equally good models with 40 frauds, 4 % were distinguished (5 % promised); of
fives of equally good models, the best was called better than any in 3 % (in 9 %, had the correction
been for the four pairs with the best only). A difference as large as `detectable` was distinguished
from zero in 72 to 80 %.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from foundation.errors import InvalidData, InvalidParams
from foundation.params import did_you_mean
from fraud.data.arrays import Floats, Integers
from fraud.metrics.bootstrap import percentiles, require_resamples, stratified_counts
from fraud.metrics.checks import UNTOUCHED, checked_scores
from fraud.metrics.estimates import Estimate
from fraud.metrics.names import metric_title
from fraud.metrics.rank_index import RankIndex
from fraud.metrics.weighted_metrics import RANKING_METRICS, ranking_metrics

Pair = tuple[int, int]  # of models, by their place

POWER = 0.8
NO_DIFFERENCE = Estimate(0.0, 0.0, 0.0)


@dataclass(frozen=True)
class PairedComparison:
    """A challenger less a champion, on the same rows: above zero, the challenger is better."""

    metric: str
    difference: Estimate
    p_value: float
    detectable: float
    confidence: float = 0.95

    @property
    def is_distinguishable(self) -> bool:
        """Whether chance alone hardly explains the difference, in either direction."""
        return self.p_value < 1 - self.confidence

    @property
    def sentence(self) -> str:
        gap, name = self.difference, metric_title(self.metric)
        facts = f"{name} differs by {gap.value:+.3f} ({gap.low:+.3f} to {gap.high:+.3f})"
        if self.is_distinguishable:
            return f"{facts}: beyond chance, p = {self.p_value:.2g}."
        return (
            f"{facts}: chance may explain it, p = {self.p_value:.2g}. These rows would have shown "
            f"a difference of {self.detectable:.3f} four times in five."
        )


def compare_scores(
    labels: npt.ArrayLike,
    challenger: npt.ArrayLike,
    champion: npt.ArrayLike,
    *,
    metric: str = "average_precision",
    resamples: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
) -> PairedComparison:
    """Compare the scores that two models give to the same rows, by a metric of RANKING_METRICS.

    Raises:
        InvalidParams: The metric is none of RANKING_METRICS.
        InvalidData: Labels and scores do not fit.
    """
    require_ranking_metric(metric)
    found = compare_rankings(
        labels, challenger, champion, resamples=resamples, seed=seed, confidence=confidence
    )
    return found[metric]


def compare_rankings(
    labels: npt.ArrayLike,
    challenger: npt.ArrayLike,
    champion: npt.ArrayLike,
    *,
    resamples: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
) -> dict[str, PairedComparison]:
    """Compare as compare_scores does, by every metric of RANKING_METRICS on the same resamples."""
    require_resamples(resamples, confidence)
    rankings = rank_indices_of(labels, {"challenger": challenger, "champion": champion})
    once, drawn = _measured(rankings, RANKING_METRICS, resamples, seed)
    return {
        metric: _compared(once[:, place], drawn[:, :, place], metric, confidence)
        for place, metric in enumerate(RANKING_METRICS)
    }


def against_best(
    labels: npt.ArrayLike,
    scores: Mapping[str, npt.ArrayLike],
    *,
    metric: str = "average_precision",
    resamples: int = 2000,
    seed: int = 0,
    confidence: float = 0.95,
) -> dict[str, PairedComparison]:
    """Compare each model with the one of the best metric, the best first (with itself).

    p-values and `detectable` allow for the number of pairs; intervals are those of a single pair,
    and may leave out zero where the p-value is not significant. More than `resamples` are drawn
    where so few would hardly make the smallest corrected p-value significant: from eight models on.
    """
    require_ranking_metric(metric)
    require_resamples(resamples, confidence)
    rankings = rank_indices_of(labels, scores)
    pairs = list(combinations(range(len(rankings)), 2))
    enough = _enough(resamples, len(pairs), confidence)
    once, drawn = (found[..., 0] for found in _measured(rankings, (metric,), enough, seed))
    p_values = _holm({(i, j): _p_value(drawn[:, i] - drawn[:, j]) for i, j in pairs})
    best, *others = np.argsort(-once, kind="stable").tolist()
    names = list(scores)
    found = {names[best]: PairedComparison(metric, NO_DIFFERENCE, 1.0, 0.0, confidence)}
    for model in others:
        compared = _compared(once[[model, best]], drawn[:, [model, best]], metric, confidence)
        found[names[model]] = replace(
            compared,
            p_value=p_values[min(model, best), max(model, best)],
            detectable=_detectable(drawn[:, model] - drawn[:, best], (1 - confidence) / len(pairs)),
        )
    return found


def require_ranking_metric(metric: str) -> None:
    if metric not in RANKING_METRICS:
        what = "The metric of a comparison"
        hint = did_you_mean(metric, set(RANKING_METRICS))
        raise InvalidParams(what, [f"{metric!r} does not ask for the order of scores; {hint}"])


def rank_indices_of(labels: npt.ArrayLike, scores: Mapping[str, npt.ArrayLike]) -> list[RankIndex]:
    if not scores:
        message = f"A comparison needs the scores of at least one model. {UNTOUCHED}"
        raise InvalidData(message)
    return [RankIndex.of_scores(*checked_scores(labels, of_model)) for of_model in scores.values()]


def _measured(
    rankings: list[RankIndex], metrics: Sequence[str], resamples: int, seed: int
) -> tuple[Floats, Floats]:
    """Return the metrics (models, metrics) of the rows, and those of each resample of them."""
    frauds, legitimate = len(rankings[0].frauds.slot), len(rankings[0].legitimate.slot)

    def measured(*counts: Integers) -> list[list[float]]:
        found = [ranking_metrics(ranking_index, *counts) for ranking_index in rankings]
        return [[of_model[metric] for metric in metrics] for of_model in found]

    once = measured(np.ones(frauds, dtype=np.int64), np.ones(legitimate, dtype=np.int64))
    drawn = np.empty((resamples, len(rankings), len(metrics)))
    resampled = stratified_counts(frauds, legitimate, resamples=resamples, seed=seed)
    for row, counts in zip(drawn, resampled, strict=True):
        row[:] = measured(*counts)
    return np.array(once), drawn


def _compared(once: Floats, drawn: Floats, metric: str, confidence: float) -> PairedComparison:
    """Compare two models: `once` (2,) and `drawn` (resamples, 2), the challenger first."""
    differences = drawn[:, 0] - drawn[:, 1]
    low, high = percentiles(differences, confidence)
    return PairedComparison(
        metric,
        Estimate(float(once[0] - once[1]), float(low), float(high)),
        _p_value(differences),
        _detectable(differences, 1 - confidence),
        confidence,
    )


def _p_value(differences: Floats) -> float:
    # One is added to each count, for the rows themselves are a resample too: never exactly zero.
    tail = min((differences <= 0).sum(), (differences >= 0).sum()) + 1
    return min(1.0, float(2 * tail / (len(differences) + 1)))


def _detectable(differences: Floats, significance: float) -> float:
    normal = NormalDist()
    errors = normal.inv_cdf(1 - significance / 2) + normal.inv_cdf(POWER)
    return errors * float(differences.std())


def _enough(resamples: int, pairs: int, confidence: float) -> int:
    return max(resamples, int(4 * pairs / (1 - confidence))) if pairs > 1 else resamples


def _holm(p_values: Mapping[Pair, float]) -> dict[Pair, float]:
    """Return p-values by Holm: the smallest times their number, the next times one less, and on."""
    corrected: dict[Pair, float] = {}
    highest = 0.0
    for place, pair in enumerate(sorted(p_values, key=lambda pair: p_values[pair])):
        highest = max(highest, min(1.0, p_values[pair] * (len(p_values) - place)))
        corrected[pair] = highest
    return corrected
