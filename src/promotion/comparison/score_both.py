"""Comparing: candidate and champion on the same test rows, by everything that the policy asks."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from fraud.metrics.costs import Costs, cost_difference
from fraud.metrics.estimates import Estimate
from fraud.metrics.evaluation import EvaluationRows, Flags, Floats, evaluate_at_threshold
from fraud.significance.paired_comparison import PairedComparison, compare_rankings
from fraud.significance.superiority import Judgement, judge_challenger
from promotion.comparison.champion import Champion, Incomparable
from promotion.policy import Policy, candidates_considered
from promotion.records import GateResult

if TYPE_CHECKING:
    from catalog.prepared_data import Manifest
    from fraud.data.labelled_rows import LabelledRows
    from fraud.model.fraud_model import FraudModel
    from promotion.candidates.candidate import Candidate

SAME_DATA, CHAMPION = "same data", "champion"


@dataclass(frozen=True)
class PolicyTerms:
    """How the policy has models judged: `fraud.metrics.evaluation.PolicyTerms`."""

    alerts_per_day: int
    costs: Costs
    resamples: int
    seed: int

    @classmethod
    def of(cls, policy: Policy) -> Self:
        test = policy.champion
        return cls(policy.alerts_per_day, policy.costs, test.resamples, test.seed)


@dataclass(frozen=True)
class Measured:
    """A model, what it says of the test rows, and what that is worth, in frauds and in money."""

    model: "FraudModel"
    scores: Floats
    metrics: dict[str, Estimate]

    @property
    def flagged(self) -> Flags:
        flags: Flags = self.scores >= self.model.threshold
        return flags


@dataclass(frozen=True)
class Compared:
    """Candidate less champion: the verdict by the policy's metric, every metric, and the cost.

    The cost is per 1,000 transactions; below zero, the candidate is cheaper.
    """

    judgement: Judgement
    differences: dict[str, PairedComparison]
    cost: Estimate


@dataclass(frozen=True)
class HeadToHead:
    """What both say of the same rows, and the difference; the candidate alone has none."""

    rows: EvaluationRows
    costs: Costs
    new: Measured
    old: Measured | None
    compared: Compared | None


def compare_on_test(
    candidate: "Candidate", champion: Champion | None, test: "LabelledRows", policy: Policy
) -> HeadToHead:
    """Score the rows once with each, and compare on the same resamples.

    The p-value of the verdict allows for how many the candidate was picked from.
    """
    new = _measured(candidate.recorded.model, test, policy)
    old = _measured(champion.model, test, policy) if champion else None
    difference = (
        _compared(new, old, test, policy, candidates_considered(candidate, policy)) if old else None
    )
    return HeadToHead(EvaluationRows.of(test), policy.costs, new, old, difference)


def comparison_gates(
    found: Champion | Incomparable | None, difference: Compared | None, manifest: "Manifest"
) -> list[GateResult]:
    """Say whether the two compare fairly, and whether the candidate may take the other's place."""
    if isinstance(found, Incomparable):
        return [GateResult(gate=found.gate, verdict=found.verdict, reason=found.reason)]
    if found is None or difference is None:
        reason = "Nothing was ever promoted and no model is deployed: there is no champion to beat."
        return [GateResult(gate=CHAMPION, verdict="pass", reason=reason)]
    rows = manifest.splits["test"]
    reason = (
        f"Both are scored on the {rows.rows:,} test rows of {manifest.data}, {rows.frauds:,} of "
        f"them frauds, from which neither has learned. The champion is {found.origin}."
    )
    same = GateResult(gate=SAME_DATA, verdict="pass", reason=reason)
    return [same, _champion_gate(difference)]


def _champion_gate(difference: Compared) -> GateResult:
    judged = difference.judgement
    figures = {
        "difference": judged.difference.value,
        "low": judged.difference.low,
        "high": judged.difference.high,
        "p_value": judged.p_value,
        "uncorrected_p_value": judged.uncorrected_p_value,
        "candidates_considered": float(judged.candidates_considered),
        "detectable": judged.detectable,
    }
    return GateResult(
        gate=CHAMPION, verdict=judged.verdict, reason=judged.sentence, figures=figures
    )


def _measured(model: "FraudModel", test: "LabelledRows", policy: Policy) -> Measured:
    places = [test.columns.index(name) for name in model.columns]
    scores = model.scores(test.rows[:, places])
    found = evaluate_at_threshold(
        EvaluationRows.of(test), scores, model.threshold, PolicyTerms.of(policy)
    )
    return Measured(model, scores, found)


def _compared(
    new: Measured, old: Measured, test: "LabelledRows", policy: Policy, tries: int
) -> Compared:
    asked, labels = policy.champion, test.labels
    drawn = {"resamples": asked.resamples, "seed": asked.seed}
    judgement = judge_challenger(
        labels,
        new.scores,
        old.scores,
        metric=asked.metric,
        test=asked.test,
        margin=asked.margin,
        significance=asked.significance,
        candidates_considered=tries,
        **drawn,
    )
    differences = compare_rankings(labels, new.scores, old.scores, **drawn)
    # One metric has one interval, whoever tells it: the one that the verdict is about.
    judged = replace(differences[asked.metric], difference=judgement.difference)
    differences[asked.metric] = judged
    cost = cost_difference(
        labels, test.amounts, new.flagged, old.flagged, costs=policy.costs, **drawn
    )
    return Compared(judgement, differences, cost)
