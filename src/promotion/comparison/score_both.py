"""Head-to-head comparison: candidate and champion scored and tested on the same test set."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from fraud.data.arrays import Flags, Floats
from fraud.metrics.costs import Costs, cost_difference
from fraud.metrics.estimates import Estimate
from fraud.metrics.evaluation import TestSet
from fraud.significance.paired_comparison import PairedComparison, compare_rankings
from fraud.significance.superiority import Judgement, judge_challenger
from promotion.comparison.champion import Champion, Incomparable
from promotion.policy import ChampionTest, Policy, candidates_considered
from promotion.records import GateResult

if TYPE_CHECKING:
    from catalog.prepared_data import Manifest
    from fraud.model.fraud_model import FraudModel
    from promotion.candidates.candidate import Candidate

SAME_DATA, CHAMPION = "same data", "champion"


@dataclass(frozen=True)
class PolicyTerms:
    """The terms of evaluation that the policy sets: `fraud.metrics.evaluation.EvaluationTerms`."""

    alerts_per_day: int
    costs: Costs
    resamples: int
    seed: int

    @classmethod
    def of(cls, policy: Policy) -> Self:
        test = policy.champion
        return cls(policy.alerts_per_day, policy.costs, test.resamples, test.seed)


@dataclass(frozen=True)
class EvaluatedModel:
    """A model, its scores of the test rows, and the metrics of these scores."""

    model: "FraudModel"
    scores: Floats
    metrics: dict[str, Estimate]

    @property
    def flagged(self) -> Flags:
        flags: Flags = self.scores >= self.model.threshold
        return flags

    @classmethod
    def of(cls, model: "FraudModel", test_set: TestSet) -> Self:
        """Score the test rows once; the columns that the model needs are found by name."""
        places = [test_set.split.columns.index(name) for name in model.columns]
        scores = model.scores(test_set.split.rows[:, places])
        return cls(model, scores, test_set.evaluate(scores, model.threshold))


@dataclass(frozen=True)
class ChampionComparison:
    """Candidate less champion: the judgement by the policy's metric, every metric, and the cost.

    The cost is per 1,000 transactions; below zero, the candidate is cheaper. It is None for data
    without an amount.
    """

    judgement: Judgement
    differences: dict[str, PairedComparison]
    cost: Estimate | None


@dataclass(frozen=True)
class HeadToHead:
    """Candidate and champion on the same test set; without a champion there is no comparison."""

    test_set: TestSet
    candidate: EvaluatedModel
    champion: EvaluatedModel | None
    comparison: ChampionComparison | None


def compare_on_test(
    candidate: "Candidate", champion: Champion | None, test_set: TestSet, policy: Policy
) -> HeadToHead:
    """Score the test set once with each model, and compare both on the same resamples.

    The p-value is corrected for the number of candidates that were considered.
    """
    challenger = EvaluatedModel.of(candidate.recorded.model, test_set)
    if champion is None:
        return HeadToHead(test_set, challenger, None, None)
    current = EvaluatedModel.of(champion.model, test_set)
    tries = candidates_considered(candidate, policy)
    comparison = _compared(challenger, current, test_set, policy.champion, tries)
    return HeadToHead(test_set, challenger, current, comparison)


def comparison_gates(
    found: Champion | Incomparable | None,
    difference: ChampionComparison | None,
    manifest: "Manifest",
) -> list[GateResult]:
    """Return whether the comparison is fair, and whether the candidate may replace the champion.

    `found` is the champion, the reason why it cannot be compared, or None without any.
    """
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


def _champion_gate(difference: ChampionComparison) -> GateResult:
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


def _compared(
    challenger: EvaluatedModel,
    champion: EvaluatedModel,
    test_set: TestSet,
    rules: ChampionTest,
    tries: int,
) -> ChampionComparison:
    labels, terms = test_set.labels, test_set.terms
    pair = challenger.scores, champion.scores
    drawn = {"resamples": terms.resamples, "seed": terms.seed}
    judgement = judge_challenger(
        labels,
        *pair,
        metric=rules.metric,
        test=rules.test,
        margin=rules.margin,
        significance=rules.significance,
        candidates_considered=tries,
        **drawn,
    )
    differences = compare_rankings(labels, *pair, **drawn)
    # One metric has one interval in every table and message: the one of the verdict.
    judged = replace(differences[rules.metric], difference=judgement.difference)
    differences[rules.metric] = judged
    flags = challenger.flagged, champion.flagged
    amounts, cost = test_set.rows.amounts, None
    if amounts is not None:
        cost = cost_difference(labels, amounts, *flags, costs=terms.costs, **drawn)
    return ChampionComparison(judgement, differences, cost)
