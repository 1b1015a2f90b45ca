"""Drift rules: whether a day's scores, alerts and labels differ from those of the days before."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from statistics import median

import numpy as np

from foundation.wording import counted
from fraud.monitoring.day_metrics import DayMetrics, pooled_histogram
from fraud.monitoring.distances import (
    kolmogorov_smirnov,
    kolmogorov_smirnov_by_chance,
    population_stability_index,
    psi_critical_value,
)
from fraud.monitoring.finding import (
    Direction,
    DriftFinding,
    DriftRules,
    DriftVerdict,
    direction,
    distance_finding,
    nothing_scored,
    shift_finding,
    too_few_days,
)
from fraud.monitoring.rate_change import rate_change

SPREAD = 3 * 1.4826  # three standard deviations, from the median absolute deviation


def findings(
    today: DayMetrics,
    history: Sequence[DayMetrics],
    labelled: Mapping[date, int],
    rules: DriftRules,
) -> list[DriftFinding]:
    """Apply every rule to `today` against `history`, the days before it in the window.

    `labelled` counts the labels that arrived for a day. A rule with too little history returns
    "not_enough_history", and so does a rule about scores on a day without transactions; only the
    volume of such a day is compared.
    """
    with_scores = [day for day in history if day.transactions]
    of_scores = {
        "average_score": average_score,
        "high_risk_share": high_risk_share,
        "alert_rate": alert_rate,
        "stability_index": stability,
        "score_distance": score_distance,
    }
    return [
        *(
            finding_of(today, with_scores, rules) if today.transactions else nothing_scored(rule)
            for rule, finding_of in of_scores.items()
        ),
        volume(today, history, rules),
        missing_labels(today, with_scores, labelled, rules),
    ]


def verdict_of(found: Sequence[DriftFinding]) -> DriftVerdict:
    """Return "drift" if any rule has it; "steady" needs one rule of scores with enough history."""
    verdicts = {finding.verdict for finding in found}
    about_scores = {finding.verdict for finding in found if finding.rule != "missing_labels"}
    if "drift" in verdicts:
        return "drift"
    return "steady" if "steady" in about_scores else "not_enough_history"


def average_score(
    today: DayMetrics, history: Sequence[DayMetrics], rules: DriftRules
) -> DriftFinding:
    if len(history) < rules.minimum_history_days:
        return too_few_days("average_score", len(history), rules, today.average_score)
    total = sum(day.transactions for day in history)
    usual = sum(day.average_score * day.transactions for day in history) / total
    return shift_finding(
        "average_score", "The average score", (today.average_score, usual),
        rules.average_score_change,
    )  # fmt: skip


def high_risk_share(
    today: DayMetrics, history: Sequence[DayMetrics], rules: DriftRules
) -> DriftFinding:
    if len(history) < rules.minimum_history_days:
        return too_few_days("high_risk_share", len(history), rules, today.high_risk_share)
    usual = sum(day.bands["high"] for day in history) / sum(day.transactions for day in history)
    return shift_finding(
        "high_risk_share", "The share of high risk", (today.high_risk_share, usual),
        rules.high_risk_share_change,
    )  # fmt: skip


def days_alerted_alike(
    today: DayMetrics, history: Sequence[DayMetrics], enough: int
) -> list[DayMetrics]:
    """Return the days whose alert rates compare with today's: those at the same threshold.

    Where `enough` of them were scored by today's model, those alone: another model at the same
    threshold alerts about others, and about more or fewer.
    """
    alike = [day for day in history if day.alert_threshold == today.alert_threshold]
    by_the_model = [day for day in alike if day.model_digest == today.model_digest]
    return by_the_model if len(by_the_model) >= enough else alike


def alert_rate(today: DayMetrics, history: Sequence[DayMetrics], rules: DriftRules) -> DriftFinding:
    alike = days_alerted_alike(today, history, rules.minimum_history_days)
    if len(alike) < rules.minimum_history_days:
        return too_few_days("alert_rate", len(alike), rules, today.alert_rate)
    change = rate_change(
        today.alerts, today.transactions, [(day.alerts, day.transactions) for day in alike],
        confidence=rules.alert_rate_confidence,
    )  # fmt: skip
    size = abs(change.relative) / rules.alert_rate_change
    drifted = change.is_beyond_chance and size > 1
    sure = f"{rules.alert_rate_confidence:.0%} interval {change.low:+.0%} to {change.high:+.0%}"
    explained = "" if change.is_beyond_chance else ", which chance explains"
    others = sum(day.model_digest != today.model_digest for day in alike)
    of_others = f" Another model scored {others} of these {len(alike)} days." if others else ""
    return DriftFinding(
        rule="alert_rate",
        verdict="drift" if drifted else "steady",
        sentence=f"Alerts are {change.rate:.3%} of transactions, usually {change.baseline:.3%}: "
        f"{change.relative:+.0%} ({sure}){explained}.{of_others}",
        observed=change.rate,
        baseline=change.baseline,
        difference=change.relative,
        direction=direction(change.relative),
        # What chance explains is within the threshold, however large it looks.
        size=size if change.is_beyond_chance else min(size, 1.0),
        threshold=rules.alert_rate_change,
    )


def stability(today: DayMetrics, history: Sequence[DayMetrics], rules: DriftRules) -> DriftFinding:
    if len(history) < rules.minimum_history_days:
        return too_few_days("stability_index", len(history), rules)
    counts, usual = pooled_histogram([today]), pooled_histogram(history)
    observed = population_stability_index(counts, usual)
    chance = psi_critical_value(counts, usual, rules.distribution_significance)
    return distance_finding(
        "stability_index", "The population stability index of the scores", observed,
        floor=rules.stability_index, chance=chance, direction=_shift_direction(today, history),
    )  # fmt: skip


def score_distance(
    today: DayMetrics, history: Sequence[DayMetrics], rules: DriftRules
) -> DriftFinding:
    if len(history) < rules.minimum_history_days:
        return too_few_days("score_distance", len(history), rules)
    counts, usual = pooled_histogram([today]), pooled_histogram(history)
    observed = kolmogorov_smirnov(counts, usual)
    chance = kolmogorov_smirnov_by_chance(counts, usual, rules.distribution_significance)
    return distance_finding(
        "score_distance", "The Kolmogorov-Smirnov distance of the scores", observed,
        floor=rules.score_distance, chance=chance, direction=_shift_direction(today, history),
    )  # fmt: skip


def volume(today: DayMetrics, history: Sequence[DayMetrics], rules: DriftRules) -> DriftFinding:
    if len(history) < rules.minimum_history_days:
        return too_few_days("volume", len(history), rules, today.transactions)
    usual = median(day.transactions for day in history)
    if not usual:
        return _mostly_none(today, history, rules)
    spread = median(abs(day.transactions - usual) for day in history) * SPREAD / usual
    relative = today.transactions / usual - 1
    threshold = max(rules.volume_change, spread)
    return DriftFinding(
        rule="volume",
        verdict="drift" if abs(relative) > threshold else "steady",
        sentence=f"Scored: {counted(today.transactions, 'transaction')}, usually {usual:,.0f}: "
        f"{relative:+.0%} (drift beyond {threshold:.0%}).",
        observed=today.transactions,
        baseline=usual,
        difference=relative,
        direction=direction(relative),
        size=abs(relative) / threshold,
        threshold=threshold,
    )


def _mostly_none(
    today: DayMetrics, history: Sequence[DayMetrics], rules: DriftRules
) -> DriftFinding:
    """Compare the volume where most days have no transactions with that of the others."""
    if today.transactions:
        return volume(today, [day for day in history if day.transactions], rules)
    sentence = "No transactions were scored, as on most days before."
    return DriftFinding(
        rule="volume", verdict="steady", sentence=sentence, observed=0, baseline=0, difference=0,
        direction="same", size=0, threshold=rules.volume_change,
    )  # fmt: skip


def missing_labels(
    today: DayMetrics,
    history: Sequence[DayMetrics],
    labelled: Mapping[date, int],
    rules: DriftRules,
) -> DriftFinding:
    first = min((day for day, count in labelled.items() if count), default=None)
    due = [
        day
        for day in history
        if first and day.day >= first and (today.day - day.day).days > rules.label_delay_days
    ]
    if not due:
        sentence = f"No labels are there yet for days more than {rules.label_delay_days} days old."
        return DriftFinding(rule="missing_labels", verdict="not_enough_history", sentence=sentence)
    shares = {day.day: min(labelled.get(day.day, 0) / day.transactions, 1.0) for day in due}
    short = sorted(day for day, share in shares.items() if share < rules.minimum_label_share)
    worst, minimum = min(shares.values()), rules.minimum_label_share
    lacking = f": {', '.join(map(str, short))}" if short else ""
    return DriftFinding(
        rule="missing_labels",
        verdict="drift" if short else "steady",
        sentence=f"{len(short)} of {len(due)} days due have labels for less than {minimum:.0%} of "
        f"their transactions{lacking}. The worst has {worst:.0%}.",
        observed=worst,
        baseline=1.0,
        difference=worst - 1.0,
        direction=direction(worst - 1.0),
        size=(1 - worst) / (1 - minimum),
        threshold=minimum,
    )


def model_changes(today: DayMetrics, history: Sequence[DayMetrics]) -> list[str]:
    """Return a sentence for each day of the window on which another model began to score."""
    days = [*sorted(history, key=lambda day: day.day), today]
    return [
        f"Another model scores since {after.day}: {after.model_digest[:12]} after "
        f"{before.model_digest[:12]}. Scores from before it are another model's opinion."
        for before, after in pairwise(days)
        if before.model_digest != after.model_digest
    ]


def threshold_changes(today: DayMetrics, history: Sequence[DayMetrics]) -> list[str]:
    """Return a sentence for each day of the window since which alerts have another threshold."""
    days = [*sorted(history, key=lambda day: day.day), today]
    return [
        f"Alerts have another threshold since {after.day}: {_threshold_of(after)}, after "
        f"{_threshold_of(before)}. Alert rates from before it are not compared with later ones."
        for before, after in pairwise(days)
        if before.alert_threshold != after.alert_threshold
    ]


def _threshold_of(day: DayMetrics) -> str:
    return day.threshold_note or f"threshold {day.alert_threshold:g}"


def _shift_direction(today: DayMetrics, history: Sequence[DayMetrics]) -> Direction:
    """Return the direction of the mean bin: most scores are tiny, and share the lowest bins."""
    counts, usual = pooled_histogram([today]), pooled_histogram(history)
    bins = np.arange(len(counts))
    return direction(float(counts @ bins / counts.sum() - usual @ bins / usual.sum()))
