"""Plan execution: every step from the preflight to the closed journal; whole, or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from foundation.commands import approve
from foundation.errors import FraudDetectionError, InvalidData
from foundation.production.freeze import Frozen, require_thawed
from foundation.progress import OnStep, ignore_progress
from promotion.audit.trail import AuditTrail
from promotion.production import ProductionSession
from promotion.protocol.after_commit import finalize
from promotion.protocol.backup import back_up
from promotion.protocol.commit import commit, described_winner
from promotion.protocol.journal import ABANDONED, close, open_journal, read_closing
from promotion.protocol.lock import promotion_lock
from promotion.protocol.preflight import require_permitted
from promotion.protocol.recovery import recover_others, was_committed
from promotion.protocol.state import State, current_promotion, read_state
from promotion.records import Journal, Plan
from promotion.refusals import (
    UNCHANGED,
    NotWaiting,
    PlanDeclined,
    PlanOutdated,
    PromotionLost,
    PromotionRefused,
    PromotionUnfinished,
)
from promotion.second_opinion import read_decline

REFUSALS = (PlanOutdated, PlanDeclined, PromotionLost, Frozen)


def execute_plan(
    plan: Plan,
    production: ProductionSession,
    *,
    approved_by: str | None = None,
    on_step: OnStep = ignore_progress,
) -> Journal:
    """Open the journal, back up, take the lease, commit, and finalize.

    Raises PromotionRefused for a plan that its gates refuse and nobody forced, PlanOutdated or
    PromotionLost when production is not what the plan was made from, PlanDeclined, Frozen,
    AccessDenied with every permission that this identity lacks, or PromotionUnfinished when
    something failed on the way: then its message says what is in production, and `recover` does the
    rest.
    """
    _require_whole(plan)
    _require_allowed(plan, approved_by)
    require_thawed(production.objects, production.settings, f"Promotion {plan.promotion_id}")
    state = read_state(production)
    require_base(plan, state, production)
    on_step("checking permissions")
    require_permitted(plan, state, production)
    trail = AuditTrail(production.objects, production.bucket, production.signer)
    on_step("opening the journal")
    journal = open_journal(plan, production, approved_by=approved_by, audit_length=trail.length())
    with _report_failure(journal, production):
        on_step("backing up what is in production")
        state = read_state(production)
        require_base(plan, state, production)
        back_up(state, plan.promotion_id, production)
        on_step("waiting for the lease")
        with promotion_lock(production) as lease:
            recover_others(production, except_for=plan.promotion_id, on_step=on_step)
            _require_still_valid(journal, production)
            lease.require_held()
            on_step("committing the configuration")
            commit(plan, production)
            finalize(journal, production, on_step)
    return journal


def require_base(plan: Plan, state: State, production: ProductionSession) -> None:
    """Raise PromotionLost or PlanOutdated, with what changed, for a plan of another state."""
    if state.base == plan.base:
        return
    # Read anew: a promotion that was committed meanwhile has already changed the parameters.
    if current_promotion(production) != plan.base.promotion_id:
        raise PromotionLost(plan.promotion_id, described_winner(production))
    raise PlanOutdated(
        plan.promotion_id,
        "the configuration was written again by hand"
        if state.base.etag != plan.base.etag
        else "a parameter in Parameter Store has another value (ceap promotion verify names it)",
    )


def _require_whole(plan: Plan) -> None:
    if not plan.is_whole:
        message = (
            f"The plan of promotion {plan.promotion_id} is not the one that was made: its digest "
            f"is not of its content. {UNCHANGED} Plan again."
        )
        raise InvalidData(message)


def _require_allowed(plan: Plan, approved_by: str | None) -> None:
    """Refuse a plan that its gates stop, or that a second person has to approve, for any caller."""
    if plan.verdict != "PROMOTE" and not plan.forced:
        raise PromotionRefused(plan.promotion_id, plan.gates)
    if plan.needs_second_person and approved_by in (None, plan.proposed_by):
        message = (
            f"Promotion {plan.promotion_id} waits for somebody else than {plan.proposed_by}. "
            f"{UNCHANGED} They agree to it with: {approve(plan.promotion_id)}"
        )
        raise NotWaiting(message)


def _require_still_valid(journal: Journal, production: ProductionSession) -> None:
    """Check again under the lease: another promotion may have changed what was true before."""
    plan = journal.plan
    # `decline` writes the refusal first and reads the journal then; here the journal was written
    # first and the refusal is read now. So at least one of the two always sees the other.
    if no := read_decline(plan.promotion_id, production):
        raise PlanDeclined(no)
    require_thawed(production.objects, production.settings, f"Promotion {plan.promotion_id}")
    require_base(plan, read_state(production), production)
    if closing := read_closing(plan.promotion_id, production):
        raise PlanOutdated(
            plan.promotion_id, f"{closing.closed_by} gave it up while it waited ({closing.why})"
        )


@contextmanager
def _report_failure(journal: Journal, production: ProductionSession) -> Iterator[None]:
    """Close a promotion that failed, and say what is in production, whatever stopped the block.

    A killed process runs none of this: `recover` does the same then.
    """
    try:
        yield
    except REFUSALS as refusal:
        with suppress(FraudDetectionError):  # else `recover` abandons it; the refusal matters more
            close(journal, production, outcome=ABANDONED, why=str(refusal))
        raise
    except BaseException as failure:  # includes KeyboardInterrupt
        stands = _what_stands(journal, production)
        if not isinstance(failure, FraudDetectionError):
            failure.add_note(stands)
            raise
        raise PromotionUnfinished(journal.plan.promotion_id, stands, failure) from failure


def _what_stands(journal: Journal, production: ProductionSession) -> str:
    """Return which configuration readers see now.

    Abandons the promotion when its own configuration never came to production.
    """
    promotion_id, recover = journal.plan.promotion_id, "ceap promotion recover"
    with suppress(FraudDetectionError):
        current = current_promotion(production)
        if current == promotion_id:
            return f"Its configuration is in production, whole. To finish the rest: {recover}"
        if was_committed(promotion_id, current, production):
            winner = described_winner(production)
            return f"Its configuration came to production; {winner} has replaced it since."
        why = "it stopped before its configuration came to production"
        close(journal, production, outcome=ABANDONED, why=why)
        return f"{UNCHANGED} It was given up; promote again."
    return f"Readers see the old configuration or the new one, whole. To learn which: {recover}"
