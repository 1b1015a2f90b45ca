"""Promotion to production: from the name of an experiment to a configuration in production."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from foundation.production.freeze import require_thawed
from foundation.progress import OnStep, ignore_progress
from promotion.candidates.candidate import load_candidate
from promotion.candidates.test_set_uses import record_test_evaluation
from promotion.outcomes import Promotion
from promotion.policy import ApprovalRules, read_policy
from promotion.production import ProductionSession
from promotion.promote import side_by_side_with_champion
from promotion.protocol.execute_plan import execute_plan
from promotion.protocol.plan import Proposal, changes_nothing, plan_of
from promotion.protocol.preflight import require_permitted
from promotion.protocol.proposal import propose
from promotion.protocol.recovery import recover_if_needed
from promotion.protocol.state import read_state
from promotion.records import Plan
from promotion.refusals import PromotionRefused
from promotion.request import checked_request
from promotion.retraining import open_starter, retrain_if_due

# Gates of what production cannot run, or Parameter Store cannot hold: force does not help.
NOT_TO_FORCE = {"hyperparameters", "servable", "parameter store"}


def promote_to_production(
    experiment_id: str = "",
    *,
    data: str = "",
    reason: str,
    dry_run: bool = False,
    retrain: bool = False,
    approved_by: str | None = None,
    force: bool = False,
    production: ProductionSession | None = None,
    on_step: OnStep = ignore_progress,
) -> Promotion:
    """Evaluate a candidate, plan every write, back up, commit and project; or change nothing.

    `experiment_id` is a run, a study or an experiment (then its best run); empty, it is the newest
    study, of the data set `data` where that is named. A dry run stops at the plan and writes
    nothing. `retrain` starts the training pipeline once, under the promotion's id. `force` promotes
    a candidate that the gates refuse: it needs an approver besides the reason, and the history
    records it.

    Raises PromotionRefused with every gate that did not pass, PlanOutdated or PromotionLost when
    another promotion was faster, PromotionUnfinished when something failed on the way; each message
    says what is in production then.
    """
    session = production or ProductionSession.open()
    if not dry_run:
        reason, approved_by = checked_request(
            "The promotion", reason, approved_by, session.who, is_forced=force
        )
        # First: a recovery after the plan was made would make the plan outdated.
        recover_if_needed(session, on_step=on_step)
    promotion = plan_promotion(
        experiment_id,
        session,
        data=data,
        reason=reason,
        retrain=retrain,
        approved_by=approved_by,
        force=force,
        on_step=on_step,
    )
    return promotion if dry_run else carry_out(promotion, session, on_step=on_step)


def plan_promotion(
    experiment_id: str,
    production: ProductionSession,
    *,
    data: str = "",
    reason: str,
    retrain: bool = False,
    approved_by: str | None = None,
    force: bool = False,
    on_step: OnStep = ignore_progress,
) -> Promotion:
    """Evaluate a candidate and plan its promotion. Nothing is written."""
    policy, state = read_policy(), read_state(production)
    on_step("finding the candidate")
    candidate = load_candidate(experiment_id, production.tracking, data)
    on_step("scoring the test rows with candidate and champion")
    side_by_side = side_by_side_with_champion(candidate, state.config, policy, production)
    proposal = Proposal(
        kind="promotion",
        configuration=side_by_side.configuration(),
        run=candidate.facts,
        reason=reason,
        gates=side_by_side.gates,
        evidence=side_by_side.evidence(),
        approved_by=approved_by,
        forced=force and side_by_side.verdict != "PROMOTE",
        retrain=retrain,
        **waiting_for_approval(policy.approval),
    )
    on_step("planning every write")
    status: Any = "unchanged" if changes_nothing(proposal, state) else "planned"
    return Promotion(plan_of(proposal, state, production), status, side_by_side)


def carry_out(
    promotion: Promotion, production: ProductionSession, *, on_step: OnStep = ignore_progress
) -> Promotion:
    """Execute a planned promotion, or leave it for a second person where the policy wants one.

    Whatever the outcome, the candidate has been scored on the test rows, which is recorded as a
    test set evaluation of its run. When production has the configuration already, only a training
    that an earlier promotion requested and never started is started.
    """
    plan, side_by_side = promotion.plan, promotion.side_by_side
    if promotion.status == "unchanged":
        return replace(promotion, training=_start_missed_retraining(plan, production, on_step))
    refusal = _refusal(plan)
    if refusal is None:
        on_step("checking permissions")
        require_thawed(production.objects, production.settings, f"Promotion {plan.promotion_id}")
        require_permitted(plan, read_state(production), production)
    if side_by_side is not None:
        run = side_by_side.candidate.recorded.run
        record_test_evaluation(
            run, side_by_side.head_to_head.candidate.metrics, production.tracking
        )
    if refusal is not None:
        raise refusal
    on_step("keeping the model and the plan")
    propose(plan, production, side_by_side.files if side_by_side else None)
    if plan.needs_second_person:
        return replace(promotion, status="waiting")
    execute_plan(plan, production, on_step=on_step)
    training = start_retraining(plan, production, on_step=on_step)
    return replace(promotion, status="promoted", training=training)


def start_retraining(
    plan: Plan, production: ProductionSession, *, on_step: OnStep = ignore_progress
) -> str | None:
    """Start the training that the plan requests; once, however often this is called."""
    if not plan.retrain:
        return None
    on_step("starting the training pipeline")
    return retrain_if_due(plan.promotion_id, production, open_starter(production.settings))


def _start_missed_retraining(
    plan: Plan, production: ProductionSession, on_step: OnStep
) -> str | None:
    """Start the training that an earlier promotion requested and, after a crash, never started."""
    if not plan.retrain or plan.config.follows is None:
        return None
    on_step("checking whether it was trained")
    return retrain_if_due(plan.config.follows, production, open_starter(production.settings))


def _refusal(plan: Plan) -> PromotionRefused | None:
    stopped = [gate for gate in plan.gates if gate.verdict != "pass"]
    in_vain = [gate for gate in stopped if gate.gate in NOT_TO_FORCE]
    if not in_vain and (plan.forced or not stopped):
        return None
    name = f"Run {plan.run.run_id[:12]} ({plan.run.name})"
    return PromotionRefused(name, in_vain if plan.forced else stopped)


def waiting_for_approval(rules: ApprovalRules, *, is_rollback: bool = False) -> dict[str, Any]:
    """Return the fields of a Proposal about a second person, as the policy sets them."""
    if not rules.second_person or (is_rollback and not rules.rollbacks):
        return {}
    return {
        "needs_second_person": True,
        "expires_after": timedelta(hours=rules.expires_hours),
    }
