"""Looking: a candidate beside what is in production, and what every gate says of it."""

from typing import NamedTuple

from catalog.labelled_splits import read_labelled
from catalog.prepared_data import Manifest, read_manifest
from foundation.executions import Execution
from foundation.production.config import ProductionConfig
from fraud.data.labelled_rows import LabelledRows
from promotion.candidates.candidate import Candidate
from promotion.candidates.kept_model import kept_files
from promotion.comparison.champion import Champion, champion_for, fitting
from promotion.comparison.churn import Churn, PreviousModel, churn, last_days
from promotion.comparison.current_model import NOT_USABLE, deployed_model
from promotion.comparison.score_both import compare_on_test, comparison_gates
from promotion.comparison.side_by_side import SideBySide
from promotion.gates import candidate_gates
from promotion.policy import Policy
from promotion.production import ProductionSession

LOOKING = "interactive-promotion"  # reads only: nothing is finished under this id
NO_PAST = "Production does not compute the past of an entity, so no daily batch could be scored."


class _HeldOut(NamedTuple):
    """What is known of the candidate's data, the rows it is judged on, and those that prove it."""

    manifest: Manifest
    test: LabelledRows
    validation: LabelledRows

    @classmethod
    def of(cls, candidate: Candidate, execution: Execution) -> "_HeldOut":
        recorded = candidate.recorded
        manifest = read_manifest(execution, recorded.data_digest)
        return cls(
            manifest,
            read_labelled(execution, manifest, "test", recorded.history),
            read_labelled(execution, manifest, "validation", recorded.history),
        )


def side_by_side(
    candidate: Candidate,
    config: ProductionConfig | None,
    policy: Policy,
    production: ProductionSession,
) -> SideBySide:
    """Score the same test rows with a candidate and the champion, and ask every gate.

    `config` is what was promoted. Nothing is written. Raises NotFound or DigestMismatch when the
    prepared data that the candidate was made from is gone or damaged.
    """
    execution = Execution(LOOKING, production.objects, production.settings)
    held_out = _HeldOut.of(candidate, execution)
    found = fitting(champion_for(config, held_out.manifest, execution), held_out.test)
    champion = found if isinstance(found, Champion) else None
    head_to_head = compare_on_test(candidate, champion, held_out.test, policy)
    return SideBySide(
        candidate=candidate,
        champion=champion,
        head_to_head=head_to_head,
        churn=stored_days(candidate, champion, policy, production),
        gates=[
            *candidate_gates(
                candidate,
                head_to_head.new.metrics,
                policy,
                rows=held_out.test.rows,
                tracking=production.tracking,
                champion_is_simulated=champion.is_simulated if champion else None,
            ),
            *comparison_gates(found, head_to_head.compared, held_out.manifest),
        ],
        files=kept_files(candidate, held_out.validation),
    )


def stored_days(
    candidate: Candidate, champion: Champion | None, policy: Policy, production: ProductionSession
) -> Churn:
    """Compare what the candidate decides about the last stored days with what is decided now."""
    objects, settings = production.objects, production.settings
    execution = Execution(LOOKING, objects, settings)
    former = _former(champion, execution)
    if candidate.recorded.history:
        return Churn(former=former.what, days=[], problems=[NO_PAST])
    days = last_days(policy.churn.days, objects, settings)
    return churn(former, candidate.recorded.model, execution, days)


def _former(champion: Champion | None, execution: Execution) -> PreviousModel:
    """What decides today: the deployed model, however it would do if it were trained again."""
    try:
        deployed = deployed_model(execution)
    except NOT_USABLE:
        deployed = None
    if deployed:
        return PreviousModel(f"the deployed model {deployed.digest[:12]}", deployed.model)
    if champion:
        return PreviousModel(champion.origin, champion.model)
    return PreviousModel("nothing in production", None)
