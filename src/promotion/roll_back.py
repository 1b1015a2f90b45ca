"""Rollback: an earlier configuration back in production, by a promotion like any other."""

from typing import Any

from foundation.production.config import ProductionConfig
from foundation.production.freeze import require_thawed
from foundation.progress import OnStep, ignore_progress
from promotion.outcomes import Promotion
from promotion.policy import read_policy
from promotion.production import ProductionSession
from promotion.promote_to_production import start_retraining, waiting_for_approval
from promotion.protocol.archive import read_archived_config, resolve_promotion
from promotion.protocol.execute_plan import execute_plan
from promotion.protocol.plan import Proposal, plan_of
from promotion.protocol.preflight import require_permitted
from promotion.protocol.proposal import propose
from promotion.protocol.recovery import recover_if_needed
from promotion.protocol.rollback_check import rollback_gates
from promotion.protocol.state import State, read_state
from promotion.records import Plan, RunFacts
from promotion.refusals import RollbackRefused
from promotion.request import checked_request

# Fields of the promotion, not of the model.
IDENTITY = {"promotion_id", "follows", "restores", "digest"}


def roll_back(
    to: str = "previous",
    *,
    reason: str,
    dry_run: bool = False,
    retrain: bool = False,
    approved_by: str | None = None,
    production: ProductionSession | None = None,
    on_step: OnStep = ignore_progress,
) -> Promotion:
    """Put the configuration of an earlier promotion in production again, after proving its model.

    `to` is the id of a promotion, a prefix of an id that no other promotion has, or "previous": the
    promotion that the present one replaced, so that two rollbacks undo each other. The earlier
    model is not compared with the current one: a rollback is for when that one does not hold.

    Raises RollbackRefused when the algorithm or the model is no longer what it was. A configuration
    from before models were kept cannot be proven; it needs `approved_by`, and the history records
    it. Otherwise raises what `execute_plan` raises.
    """
    session = production or ProductionSession.open()
    if not dry_run:
        reason, approved_by = checked_request("The rollback", reason, approved_by, session.who)
        # First: a recovery after the plan was made would make the plan outdated.
        recover_if_needed(session, on_step=on_step)
    state = read_state(session)
    on_step("proving the model of the earlier configuration")
    plan = _rollback_plan(
        to, state, session, reason=reason, retrain=retrain, approved_by=approved_by
    )
    if state.config and _model_fields(plan.config) == _model_fields(state.config):
        return Promotion(plan, "unchanged")
    if dry_run:
        return Promotion(plan, "planned")
    return _execute_rollback(plan, session, on_step)


def _rollback_plan(
    to: str,
    state: State,
    production: ProductionSession,
    *,
    reason: str,
    retrain: bool,
    approved_by: str | None,
) -> Plan:
    target = read_archived_config(resolve_promotion(to, state, production), production)
    gates = rollback_gates(target, production)
    is_unproven = any(gate.verdict == "hold" for gate in gates)
    proposal = Proposal(
        kind="rollback",
        configuration={
            **_model_fields(target),
            # A rollback to a rollback restores the original configuration.
            "restores": target.restores or target.promotion_id,
        },
        run=_run_facts(target),
        reason=reason,
        gates=gates,
        approved_by=approved_by,
        forced=is_unproven and bool(approved_by),
        retrain=retrain,
        **waiting_for_approval(read_policy().approval, is_rollback=True),
    )
    return plan_of(proposal, state, production)


def _model_fields(config: ProductionConfig) -> dict[str, Any]:
    return config.model_dump(exclude=IDENTITY)


def _run_facts(config: ProductionConfig) -> RunFacts:
    known = {name: config.lineage[name] for name in RunFacts.model_fields if name in config.lineage}
    unknown = {"run_id": "", "experiment": "", "name": config.algorithm}
    return RunFacts(**{**unknown, **known})


def _execute_rollback(plan: Plan, production: ProductionSession, on_step: OnStep) -> Promotion:
    failed = any(gate.verdict == "fail" for gate in plan.gates)
    if failed or (plan.verdict != "PROMOTE" and not plan.forced):
        raise RollbackRefused(str(plan.config.restores), plan.gates)
    on_step("checking permissions")
    require_thawed(production.objects, production.settings, f"Rollback {plan.promotion_id}")
    require_permitted(plan, read_state(production), production)
    propose(plan, production)  # its model is kept already
    if plan.needs_second_person:
        return Promotion(plan, "waiting")
    execute_plan(plan, production, on_step=on_step)
    training = start_retraining(plan, production, on_step=on_step)
    return Promotion(plan, "promoted", training=training)
