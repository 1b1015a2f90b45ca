"""Costs: the money that a threshold costs, for reviews of alerts and for missed frauds.

Every alert costs a review. A fraud that is not flagged costs a share of its own amount; one that is
flagged costs no more than its review. So a large fraud missed is worse than a small one:
example-dependent costs (Elkan, "The Foundations of Cost-Sensitive Learning", IJCAI 2001; Bahnsen,
Aouada and Ottersten, "Example-Dependent Cost-Sensitive Decision Trees", 2015).

Every cost is per 1,000 transactions, so that files of different sizes compare.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import Field

from foundation.errors import InvalidData
from foundation.params import Params
from fraud.data.arrays import Flags, Floats
from fraud.metrics.bootstrap import percentiles, require_resamples, stratified_counts
from fraud.metrics.checks import UNTOUCHED, checked_scores
from fraud.metrics.estimates import Estimate
from fraud.metrics.weighted_metrics import weighted_sum

PER_TRANSACTIONS = 1000


class Costs(Params):
    """What one alert and one missed fraud cost, in the currency of the amounts."""

    review: float = Field(default=10.0, ge=0)  # to look at one alert
    loss_share: float = Field(default=1.0, ge=0, le=1)  # of a missed fraud's amount
    minimum_loss: float = Field(default=0.0, ge=0)  # of a missed fraud, however small: fees, work


class CostCurve(NamedTuple):
    """One point a distinct score, lowest first, then just above the highest: nothing is flagged."""

    thresholds: Floats
    cost: Floats


def cost_curve(
    labels: npt.ArrayLike, scores: npt.ArrayLike, amounts: npt.ArrayLike, costs: Costs
) -> CostCurve:
    """Return the cost at every threshold; a score at or above the threshold is flagged.

    Raises:
        InvalidData: Labels or scores break a rule of `checked_scores`, or an amount is not finite.
    """
    is_fraud, score, losses = _checked(labels, scores, amounts, costs)
    distinct, rank = np.unique(score, return_inverse=True)
    alerts = np.bincount(rank, minlength=len(distinct))[::-1].cumsum()[::-1]
    missed = np.cumsum(np.bincount(rank[is_fraud], losses, minlength=len(distinct)))
    total = costs.review * np.append(alerts, 0) + np.insert(missed, 0, 0.0)
    above_all = np.nextafter(distinct[-1], np.inf)
    return CostCurve(np.append(distinct, above_all), total * PER_TRANSACTIONS / len(score))


def cost_of_flagging_nothing(labels: npt.ArrayLike, amounts: npt.ArrayLike, costs: Costs) -> float:
    """Return what the frauds cost without any model: the upper bound for a useful one."""
    curve = cost_curve(labels, np.zeros(len(np.asarray(labels))), amounts, costs)
    return float(curve.cost[-1])


def cost_estimate(
    labels: npt.ArrayLike,
    scores: npt.ArrayLike,
    amounts: npt.ArrayLike,
    *,
    threshold: float,
    costs: Costs,
    resamples: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
) -> Estimate:
    """Return the cost at a threshold, with the interval of a stratified bootstrap.

    Each resample has as many frauds as there were, and other amounts among them.
    """
    is_fraud, score, losses = _checked(labels, scores, amounts, costs)
    require_resamples(resamples, confidence)
    flagged = score >= threshold
    of_frauds = np.where(flagged[is_fraud], costs.review, losses)
    of_others = np.where(flagged[~is_fraud], costs.review, 0.0)
    return _total(of_frauds, of_others, resamples, seed, confidence)


def cost_difference(
    labels: npt.ArrayLike,
    amounts: npt.ArrayLike,
    challenger: npt.ArrayLike,
    champion: npt.ArrayLike,
    *,
    costs: Costs,
    resamples: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
) -> Estimate:
    """Return the cost of a challenger's flags (0 or 1) less that of a champion's, on the same rows.

    Below zero, the challenger is cheaper. Rows that both decide alike add nothing, in any resample.
    """
    is_fraud, flagged, losses = _checked(labels, challenger, amounts, costs)
    before = checked_scores(labels, champion)[1]
    require_resamples(resamples, confidence)
    change = flagged - before  # 1: newly flagged; -1: released
    of_frauds = change[is_fraud] * (costs.review - losses)
    of_others = change[~is_fraud] * costs.review
    return _total(of_frauds, of_others, resamples, seed, confidence)


def _total(
    of_frauds: Floats, of_others: Floats, resamples: int, seed: int, confidence: float
) -> Estimate:
    """Add up the cost of each fraud and of each other row, per PER_TRANSACTIONS rows."""
    scale = PER_TRANSACTIONS / (len(of_frauds) + len(of_others))
    counts = stratified_counts(len(of_frauds), len(of_others), resamples=resamples, seed=seed)
    drawn = [
        weighted_sum(frauds, of_frauds) + weighted_sum(others, of_others)
        for frauds, others in counts
    ]
    low, high = percentiles(np.array(drawn) * scale, confidence)
    value = (of_frauds.sum() + of_others.sum()) * scale
    return Estimate(float(value), float(low), float(high))


def _checked(
    labels: npt.ArrayLike, scores: npt.ArrayLike, amounts: npt.ArrayLike, costs: Costs
) -> tuple[Flags, Floats, Floats]:
    """Return (is fraud, score) of each row, and what missing each fraud would lose."""
    is_fraud, score = checked_scores(labels, scores)
    amount = np.asarray(amounts, dtype=np.float64)
    if amount.shape != score.shape or not np.isfinite(amount).all():
        message = (
            f"Each of the {len(score)} rows needs one amount, a finite number; these amounts have "
            f"shape {amount.shape}, and {np.count_nonzero(~np.isfinite(amount))} are not finite. "
            f"Take the rows with an amount only. {UNTOUCHED}"
        )
        raise InvalidData(message)
    losses = np.maximum(costs.loss_share * amount[is_fraud], costs.minimum_loss)
    return is_fraud, score, losses
