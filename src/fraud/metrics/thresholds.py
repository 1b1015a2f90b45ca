"""Decision thresholds: the score from which a transaction is flagged (score >= threshold)."""

import numpy as np

from foundation.errors import InvalidData, InvalidParams
from fraud.data.arrays import Flags, Integers, Labels, Scores
from fraud.metrics.checks import checked_days
from fraud.metrics.costs import Costs, cost_curve

ROUNDING = 1e-12  # costs that are closer than this share of them are equal: sums round


def best_f1(labels: Labels, scores: Scores) -> float:
    """Return the score with the highest F1, the highest such score when several tie."""
    thresholds, caught, false_alarms = _alarms(labels, scores)
    frauds = caught[-1]
    if not frauds:
        message = (
            "A threshold needs at least one fraud among the labels; there is none. None was chosen."
        )
        raise InvalidData(message)
    f1 = 2 * caught / (caught + false_alarms + frauds)
    return float(thresholds[np.argmax(f1)])


def lowest_cost(labels: Labels, scores: Scores, amounts: Scores, costs: Costs) -> float:
    """Return the threshold of the lowest cost, the highest such threshold when several tie.

    Where every alert costs more than it saves, the threshold lies just above the highest score.
    """
    curve = cost_curve(labels, scores, amounts, costs)
    cheapest = np.flatnonzero(curve.cost <= curve.cost.min() * (1 + ROUNDING))
    return float(curve.thresholds[cheapest[-1]])


def at_false_positive_rate(labels: Labels, scores: Scores, rate: float) -> float:
    """Return the lowest score that flags at most `rate` of the legitimate rows.

    Where even the highest score flags too many, the threshold lies just above that score: nothing
    is flagged.
    """
    _require_share("The false positive rate", rate)
    thresholds, _, false_alarms = _alarms(labels, scores)
    if not false_alarms[-1]:
        message = (
            "A false positive rate needs at least one legitimate row among the labels; there is "
            "none. No threshold was chosen."
        )
        raise InvalidData(message)
    return _lowest_allowed(thresholds, false_alarms <= rate * false_alarms[-1])


def within_capacity(scores: Scores, days: Integers | None, per_day: float) -> float:
    """Return the lowest score that flags at most `per_day` transactions a day, on average.

    `days` is the whole-number day of each row; without `days`, all rows are of one day. Equal
    scores are flagged together or not at all, so capacity may remain. Where even the highest score
    flags too many, the threshold lies just above that score: nothing is flagged.
    """
    if not 0 <= per_day < np.inf:
        what, problem = "The capacity", f"it is a number of alerts a day, 0 or more, not {per_day}"
        raise InvalidParams(what, [problem])
    # Whether they are frauds does not matter here: nobody knows yet.
    thresholds, _, alerts = _alarms(np.zeros(len(scores), dtype=np.int8), scores)
    day_count = len(np.unique(checked_days(days, len(scores))))
    return _lowest_allowed(thresholds, alerts <= per_day * day_count)


def at_precision(labels: Labels, scores: Scores, precision: float) -> float:
    """Return the lowest score at or above which at least `precision` of the alerts are frauds.

    Raises:
        InvalidData: No threshold is that precise.
    """
    _require_share("The precision", precision)
    thresholds, caught, false_alarms = _alarms(labels, scores)
    reached = caught / (caught + false_alarms)
    precise = np.flatnonzero(reached >= precision)
    if not len(precise):
        best = int(np.argmax(reached))
        message = (
            f"No threshold has a precision of {precision:g} on these {len(scores)} rows: the "
            f"highest is {reached[best]:.4g}, at {thresholds[best]:.4g}. No threshold was chosen; "
            "ask for less, or find a better model."
        )
        raise InvalidData(message)
    return float(thresholds[precise[-1]])


def _require_share(what: str, share: float) -> None:
    if not 0 <= share <= 1:
        problem = f"it is a share from 0 to 1, not {share}"
        raise InvalidParams(what, [problem])


def _lowest_allowed(thresholds: Scores, is_allowed: Flags) -> float:
    """Return the last of the thresholds, highest first, up to which all are allowed."""
    allowed = np.count_nonzero(is_allowed)
    return float(thresholds[allowed - 1] if allowed else np.nextafter(thresholds[0], np.inf))


def _alarms(labels: Labels, scores: Scores) -> tuple[Scores, Integers, Integers]:
    """Return each distinct score, highest first, with the frauds and others at or above it."""
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
