"""Approval: how a second person approves or declines one plan, bound to its digest."""

from foundation import locations
from foundation.commands import decline as decline_command
from foundation.errors import AlreadyExists, InvalidData
from foundation.progress import OnStep, ignore_progress
from promotion.outcomes import Promotion
from promotion.production import ProductionSession
from promotion.promote_to_production import start_retraining
from promotion.protocol.execute_plan import execute_plan, require_base
from promotion.protocol.journal import JOURNAL, PLAN, files_by_promotion, read_closing
from promotion.protocol.proposal import read_proposal
from promotion.protocol.state import read_state
from promotion.records import Approval, Declined, Plan
from promotion.refusals import UNCHANGED, ApprovalExpired, NotWaiting, PlanDeclined, SamePerson
from promotion.request import checked_request
from promotion.second_opinion import APPROVAL, DECLINED, read_approval, read_decline


def waiting_plans(production: ProductionSession) -> list[Plan]:
    """Return every plan that a second person can still approve, oldest first."""
    left = [
        promotion_id
        for promotion_id, files in files_by_promotion(production).items()
        if PLAN in files and not {JOURNAL, DECLINED} & files
    ]
    plans = [_read_plan(promotion_id, production) for promotion_id in left]
    still = [
        plan for plan in plans if plan.needs_second_person and not _is_expired(plan, production)
    ]
    return sorted(still, key=lambda plan: plan.proposed_at)


def approve(
    promotion_id: str,
    *,
    plan_digest: str | None = None,
    production: ProductionSession | None = None,
    on_step: OnStep = ignore_progress,
) -> Promotion:
    """Approve the plan of another person, and execute it.

    `plan_digest` is the digest of the plan that the approver read: no other plan is executed.
    Somebody whose approval was interrupted may approve again, and the execution goes on.

    Raises NotWaiting, SamePerson, ApprovalExpired, or InvalidData for a plan that was changed; then
    whatever `execute_plan` raises.
    """
    session = production or ProductionSession.open()
    _require_waiting(promotion_id, session)
    plan = _read_plan(promotion_id, session)
    _require_agreeable(plan, plan_digest, session)
    require_base(plan, read_state(session), session)  # an outdated plan is not approved
    approved_by = _write_approval(plan, session).approved_by
    _require_waiting(promotion_id, session)  # it may have been declined meanwhile
    execute_plan(plan, session, approved_by=approved_by, on_step=on_step)
    training = start_retraining(plan, session, on_step=on_step)
    return Promotion(plan, "promoted", training=training)


def decline(promotion_id: str, reason: str, *, production: ProductionSession | None = None) -> None:
    """Decline a plan, so that it no longer waits; its proposer may decline it too.

    Raises NotWaiting for a plan that does not wait.
    """
    session = production or ProductionSession.open()
    reason = checked_request("Saying no", reason, None, session.who).reason
    _require_waiting(promotion_id, session)
    declined = Declined(
        promotion_id=promotion_id, reason=reason, declined_by=session.who, declined_at=session.now()
    )
    key = locations.promotion_key(promotion_id, DECLINED)
    try:
        session.objects.write_once(session.bucket, key, declined.to_json())
    except AlreadyExists:
        _require_not_declined(promotion_id, session)
    # The refusal is written first and the journal read then; `execute_plan` does the opposite.
    if JOURNAL in _files(promotion_id, session):
        message = (
            f"Perhaps too late: while you declined it, {_describe_begun(promotion_id, session)} "
            "Your no is kept, and stops it unless its configuration was on its way to production."
        )
        raise NotWaiting(message)


def _require_waiting(promotion_id: str, production: ProductionSession) -> None:
    files = _files(promotion_id, production)
    if PLAN not in files:
        message = (
            f"No plan is called {promotion_id!r}. Those that wait: ceap promotion waiting. "
            f"{UNCHANGED}"
        )
        raise NotWaiting(message)
    if JOURNAL in files:
        message = f"Too late: {_describe_begun(promotion_id, production)}"
        raise NotWaiting(message)
    _require_not_declined(promotion_id, production)


def _require_not_declined(promotion_id: str, production: ProductionSession) -> None:
    if no := read_decline(promotion_id, production):
        raise PlanDeclined(no)


def _files(promotion_id: str, production: ProductionSession) -> set[str]:
    prefix = locations.promotion_key(promotion_id, "")
    found = production.objects.keys(production.bucket, prefix) if promotion_id else []
    return {key.removeprefix(prefix) for key in found}


def _describe_begun(promotion_id: str, production: ProductionSession) -> str:
    """Describe how far a plan came that no longer waits."""
    closing = read_closing(promotion_id, production)
    how = f"was {closing.outcome} ({closing.why})" if closing else "is at work, or was interrupted"
    return (
        f"promotion {promotion_id} was begun: it {how}. Look at it: ceap promotion history. Should "
        "it have been interrupted: ceap promotion recover."
    )


def _read_plan(promotion_id: str, production: ProductionSession) -> Plan:
    try:
        plan = read_proposal(promotion_id, production)
    except InvalidData:
        raise InvalidData(_changed_plan_message(promotion_id)) from None
    if not plan.is_whole or plan.promotion_id != promotion_id:
        raise InvalidData(_changed_plan_message(promotion_id))
    return plan


def _changed_plan_message(promotion_id: str) -> str:
    return (
        f"The plan of promotion {promotion_id} is not the one that was made: its digest is not of "
        f"its content. {UNCHANGED} Say no to it: {decline_command(promotion_id)}"
    )


def _require_agreeable(plan: Plan, plan_digest: str | None, production: ProductionSession) -> None:
    if plan_digest is not None and plan.digest != plan_digest:
        message = (
            f"The plan of promotion {plan.promotion_id} is not the one that was shown: its digest "
            f"is {plan.digest[:12]}, and was {plan_digest[:12]}. {UNCHANGED} Look at it again."
        )
        raise InvalidData(message)
    if not plan.needs_second_person:
        message = f"Promotion {plan.promotion_id} waits for nobody's word. {UNCHANGED}"
        raise NotWaiting(message)
    if production.who == plan.proposed_by:
        message = (
            f"{production.who} proposed {plan.promotion_id}: somebody else has to agree to it. "
            f"{UNCHANGED}"
        )
        raise SamePerson(message)
    if plan.expires_at and _is_expired(plan, production):
        raise ApprovalExpired(plan.promotion_id, plan.expires_at, plan.run.run_id)


def _is_expired(plan: Plan, production: ProductionSession) -> bool:
    return plan.expires_at is not None and production.now() >= plan.expires_at


def _write_approval(plan: Plan, production: ProductionSession) -> Approval:
    """Write the approval; an earlier one of the same person counts.

    Raises NotWaiting when another person approved first.
    """
    approval = Approval(
        promotion_id=plan.promotion_id,
        plan_digest=plan.digest,
        approved_by=production.who,
        approved_at=production.now(),
    )
    kept, key = approval, locations.promotion_key(plan.promotion_id, APPROVAL)
    try:
        production.objects.write_once(production.bucket, key, approval.to_json())
    except AlreadyExists:
        kept = read_approval(plan.promotion_id, production) or approval
    if (kept.approved_by, kept.plan_digest) != (approval.approved_by, approval.plan_digest):
        message = (
            f"{kept.approved_by} agreed to {plan.promotion_id} at {kept.approved_at:%Y-%m-%d %H:%M}"
            " UTC, and carries it out. Was that interrupted, then the same person approves again."
        )
        raise NotWaiting(message)
    return kept
