"""Approval: show a plan of somebody else, ask, and execute it."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from promotion.outcomes import Promotion
    from promotion.production import ProductionSession
    from promotion.records import Plan


def approve_plan(
    promotion_id: str, production: "ProductionSession", *, yes: bool = False
) -> "Promotion":
    """Show the plan and its evidence, ask for confirmation unless `yes`, and execute the plan.

    A plan that this person cannot approve is refused before anything is shown.
    """
    from rich.console import Console

    from ceap.promotion_progress import promotion_progress
    from ceap.tables.promotions import outcome_report
    from promotion.approval import approve
    from promotion.outcomes import Promotion

    plan = approvable_plan(promotion_id, production)
    Console().print(outcome_report(Promotion(plan, "waiting")))
    if not yes:
        typer.confirm(f"Put {promotion_id} in production, as {production.who}?", abort=True)
    with promotion_progress() as on_step:
        return approve(
            promotion_id, plan_digest=plan.digest, production=production, on_step=on_step
        )


def approvable_plan(promotion_id: str, production: "ProductionSession") -> "Plan":
    """Return the plan if it waits for this person; otherwise raise the reason of `approve`."""
    from promotion.approval import approve, waiting_plans

    digest = _digest(
        promotion_id, production
    )  # read first: a plan that waits no longer never will again
    for plan in waiting_plans(production):
        if plan.promotion_id == promotion_id and plan.proposed_by != production.who:
            return plan
    approve(promotion_id, plan_digest=digest, production=production)
    raise AssertionError  # `approve` refuses a plan that does not wait for this person


def _digest(promotion_id: str, production: "ProductionSession") -> str:
    """Return the digest of the plan; "", which no plan has, where there is no plan."""
    from foundation.errors import NotFound
    from promotion.protocol.proposal import read_proposal

    try:
        return read_proposal(promotion_id, production).digest
    except NotFound:
        return ""
