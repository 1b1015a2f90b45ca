"""Agreeing: somebody else's plan is shown whole, agreed to, and carried out."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from promotion.outcomes import Promotion
    from promotion.production import ProductionSession
    from promotion.records import Plan


def agree(promotion_id: str, production: "ProductionSession", *, yes: bool = False) -> "Promotion":
    """Show the plan and its evidence, ask, and carry it out; `yes` does not ask.

    What cannot be agreed to is refused before anything is shown.
    """
    from rich.console import Console

    from ceap.promotion_progress import steps
    from ceap.tables.promotions import outcome
    from promotion.approval import approve
    from promotion.outcomes import Promotion

    plan = plan_to_agree_to(promotion_id, production)
    Console().print(outcome(Promotion(plan, "waiting")))
    if not yes:
        typer.confirm(f"Put {promotion_id} in production, as {production.who}?", abort=True)
    with steps() as on_step:
        return approve(
            promotion_id, plan_digest=plan.digest, production=production, on_step=on_step
        )


def plan_to_agree_to(promotion_id: str, production: "ProductionSession") -> "Plan":
    """Find a plan that waits for this person; `approve` itself says why another does not."""
    from promotion.approval import approve, waiting

    digest = _digest(promotion_id, production)  # read first: what waits no longer never will again
    for plan in waiting(production):
        if plan.promotion_id == promotion_id and plan.proposed_by != production.who:
            return plan
    approve(promotion_id, plan_digest=digest, production=production)
    raise AssertionError  # it waits for nobody, or not for this person: that was refused


def _digest(promotion_id: str, production: "ProductionSession") -> str:
    """That of the plan; where there is none, one that no plan has."""
    from foundation.errors import NotFound
    from promotion.protocol.proposal import read_proposal

    try:
        return read_proposal(promotion_id, production).digest
    except NotFound:
        return ""
