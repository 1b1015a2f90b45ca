"""Drift finding: the result of one drift rule, in figures and in a sentence."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from foundation.params import Params

DriftVerdict = Literal["drift", "steady", "not_enough_history"]
Direction = Literal["up", "down", "same"]


class DriftRules(Params):
    """The thresholds of drift. A change also has to be beyond what chance explains."""

    minimum_history_days: int = Field(default=7, ge=2)
    average_score_change: float = Field(default=0.1, gt=0)
    high_risk_share_change: float = Field(default=0.05, gt=0)
    alert_rate_change: float = Field(default=0.25, gt=0)  # relative
    alert_rate_confidence: float = Field(default=0.97, gt=0.5, lt=1)
    stability_index: float = Field(default=0.2, gt=0)
    score_distance: float = Field(default=0.1, gt=0, lt=1)
    distribution_significance: float = Field(default=0.001, gt=0, lt=0.5)
    volume_change: float = Field(default=0.5, gt=0)  # relative
    label_delay_days: int = Field(default=14, ge=0)
    minimum_label_share: float = Field(default=0.95, gt=0, lt=1)


class DriftFinding(BaseModel):
    """The result of one rule. `size` is in thresholds: drift begins above 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    verdict: DriftVerdict
    sentence: str
    observed: float | None = None
    baseline: float | None = None
    difference: float | None = None
    direction: Direction | None = None
    size: float | None = None
    threshold: float | None = None


def shift_finding(
    rule: str, what: str, values: tuple[float, float], threshold: float
) -> DriftFinding:
    """Return the finding for an absolute change of `values`, (observed, usual)."""
    observed, usual = values
    difference = observed - usual
    return DriftFinding(
        rule=rule,
        verdict="drift" if abs(difference) > threshold else "steady",
        sentence=f"{what} is {observed:.4f}, usually {usual:.4f}: {difference:+.4f} "
        f"(drift beyond {threshold:g}).",
        observed=observed,
        baseline=usual,
        difference=difference,
        direction=direction(difference),
        size=abs(difference) / threshold,
        threshold=threshold,
    )


def distance_finding(
    rule: str, what: str, observed: float, *, floor: float, chance: float, direction: Direction
) -> DriftFinding:
    """Return the finding for a distance that has to pass both `floor` and what `chance` gives."""
    threshold = max(floor, chance)
    few = "" if chance <= floor else "; so few transactions differ that much by chance"
    return DriftFinding(
        rule=rule,
        verdict="drift" if observed > threshold else "steady",
        sentence=f"{what} is {observed:.3f} (drift beyond {threshold:.3f}{few}).",
        observed=observed,
        baseline=0.0,
        difference=observed,
        direction=direction,
        size=observed / threshold,
        threshold=threshold,
    )


def too_few_days(
    rule: str, days: int, rules: DriftRules, observed: float | None = None
) -> DriftFinding:
    """Return the finding of a rule with fewer days of history than it needs."""
    sentence = (
        f"{days} comparable earlier days are there, and {rules.minimum_history_days} are "
        "needed to know what is usual."
    )
    return DriftFinding(
        rule=rule, verdict="not_enough_history", sentence=sentence, observed=observed
    )


def nothing_scored(rule: str) -> DriftFinding:
    """Return the finding of a rule about scores on a day without transactions."""
    sentence = "No transaction was scored on this day, so there are no scores to compare."
    return DriftFinding(rule=rule, verdict="not_enough_history", sentence=sentence)


def direction(difference: float) -> Direction:
    """Return the sign of a difference, in a word."""
    if difference == 0:
        return "same"
    return "up" if difference > 0 else "down"
