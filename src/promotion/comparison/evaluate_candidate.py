"""Candidate evaluation: test metrics against the champion, churn, and every gate."""

from typing import NamedTuple

from catalog.labelled_splits import read_labelled
from catalog.prepared_data import Manifest, data_spec, read_manifest
from foundation.executions import Execution
from foundation.production.config import ProductionConfig
from foundation.production.threshold_override import read_threshold_override
from fraud.data.labelled_rows import LabelledRows
from fraud.metrics.evaluation import TestSet
from fraud.metrics.floors import floors_on
from promotion.candidates.candidate import Candidate
from promotion.candidates.kept_model import archive_files
from promotion.comparison.champion import Champion, load_champion, with_compatible_columns
from promotion.comparison.churn import Churn, PreviousModel, compute_churn, last_days
from promotion.comparison.current_model import NOT_USABLE, deployed_model
from promotion.comparison.score_both import PolicyTerms, compare_on_test, comparison_gates
from promotion.comparison.side_by_side import SideBySide
from promotion.gates import candidate_gates
from promotion.policy import Policy
from promotion.production import ProductionSession

NO_HISTORY_FEATURES = (
    "Production does not compute the past of an entity, so no daily batch could be scored."
)


class _HeldOut(NamedTuple):
    """The data of a candidate: the manifest, the test set, and the rows of the golden rows."""

    manifest: Manifest
    test_set: TestSet
    validation: LabelledRows

    @classmethod
    def of(cls, candidate: Candidate, execution: Execution, policy: Policy) -> "_HeldOut":
        recorded = candidate.recorded
        manifest = read_manifest(execution, recorded.data_digest)
        test = read_labelled(execution, manifest, "test", recorded.history)
        validation = read_labelled(execution, manifest, "validation", recorded.history)
        return cls(manifest, TestSet(test, PolicyTerms.of(policy)), validation)

    def floors(self, policy: Policy) -> dict[str, float]:
        """Return the minimum of each metric on the test rows, by description and policy."""
        return floors_on(
            data_spec(self.manifest.data).floors,
            self.test_set.labels,
            times_guessing=policy.minimum_times_guessing,
        )


def evaluate_candidate(
    candidate: Candidate,
    config: ProductionConfig | None,
    policy: Policy,
    production: ProductionSession,
) -> SideBySide:
    """Score the same test rows with a candidate and the champion, and evaluate every gate.

    `config` is the promoted configuration, None before the first promotion. Nothing is written.
    Raises NotFound or DigestMismatch when the prepared data that the candidate was made from is
    gone or damaged.
    """
    execution = production.execution
    held_out = _HeldOut.of(candidate, execution, policy)
    champion_or_reason = with_compatible_columns(
        load_champion(config, held_out.manifest, execution), held_out.test_set.split
    )
    champion = champion_or_reason if isinstance(champion_or_reason, Champion) else None
    head_to_head = compare_on_test(candidate, champion, held_out.test_set, policy)
    return SideBySide(
        candidate=candidate,
        champion=champion,
        head_to_head=head_to_head,
        churn=churn_on_stored_days(candidate, champion, policy, production),
        gates=[
            *candidate_gates(
                candidate,
                head_to_head.candidate.metrics,
                policy,
                floors=held_out.floors(policy),
                rows=held_out.test_set.split.rows,
                tracking=production.tracking,
                champion_is_simulated=champion.is_simulated if champion else None,
            ),
            *comparison_gates(champion_or_reason, head_to_head.comparison, held_out.manifest),
        ],
        files=archive_files(candidate, held_out.validation),
    )


def churn_on_stored_days(
    candidate: Candidate, champion: Champion | None, policy: Policy, production: ProductionSession
) -> Churn:
    """Compare the decisions of the candidate on the last stored days with those made now."""
    objects, settings = production.objects, production.settings
    execution = production.execution
    previous = _previous_model(champion, execution)
    if candidate.recorded.history:
        return Churn(former=previous.what, days=[], problems=[NO_HISTORY_FEATURES])
    days = last_days(policy.churn.days, objects, settings)
    override = read_threshold_override()
    return compute_churn(previous, candidate.recorded.model, execution, days, override=override)


def _previous_model(champion: Champion | None, execution: Execution) -> PreviousModel:
    """Return the model that decides today: the deployed one as it is, not trained again.

    Without a deployed model it is the champion, and without a champion no model.
    """
    try:
        deployed = deployed_model(execution)
    except NOT_USABLE:
        deployed = None
    if deployed:
        return PreviousModel(f"the deployed model {deployed.digest[:12]}", deployed.model)
    if champion:
        return PreviousModel(champion.origin, champion.model)
    return PreviousModel("nothing in production", None)
