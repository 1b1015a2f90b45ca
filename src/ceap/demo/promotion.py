"""Demo promotion: a simple model goes to production, and the tuned one has to beat it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Console

from foundation.settings import Settings

if TYPE_CHECKING:
    from promotion.production import ProductionSession

SIMPLE = "logistic_regression"
FIRST = "the simplest contender: something to beat"
SECOND = "tuned, and better on the same test rows"


def promoted(run_ids: Mapping[str, str | None], settings: Settings, console: Console) -> str | None:
    """Promote the simplest contender where nothing is in production yet, then the tuned model.

    `run_ids` are those of the experiments. Returns the id of what is in production at the end;
    None when the gates let nothing through.
    """
    from promotion.production import ProductionSession
    from promotion.protocol.state import current_promotion

    production = ProductionSession.open(settings=settings)
    if current_promotion(production) is None and (simple := _contender(run_ids, production)):
        _tried(simple, FIRST, production, console)
    _tried(run_ids.get("tune") or "", SECOND, production, console)
    return current_promotion(production)


def _contender(run_ids: Mapping[str, str | None], production: "ProductionSession") -> str | None:
    """The run of the simple contender of the comparison."""
    comparison = run_ids.get("compare")
    found = production.tracking.children(comparison) if comparison else []
    return next((run.run_id for run in found if run.name == SIMPLE), None)


def _tried(run_id: str, reason: str, production: "ProductionSession", console: Console) -> None:
    from ceap.promotion_progress import steps
    from ceap.tables.promotions import gate_table, verdict
    from promotion import promote_to_production
    from promotion.refusals import PromotionRefused

    try:
        with steps() as on_step:
            found = promote_to_production(
                run_id, reason=reason, production=production, on_step=on_step
            )
    except PromotionRefused as refusal:  # told, and gone on without: no gate is bent for a story
        console.print(f"[yellow]{type(refusal).__name__}[/]  {refusal}", soft_wrap=True)
        return
    console.print(gate_table(found.plan), verdict(found))
