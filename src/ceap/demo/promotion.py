"""Demo promotion: the simplest contender is promoted, and the tuned model has to beat it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from promotion.production import ProductionSession

SIMPLE = "logistic_regression"
FIRST = "the simplest contender: something to beat"
SECOND = "tuned, and better on the same test rows"


def promote_experiments(
    run_ids: Mapping[str, str | None], production: "ProductionSession", console: Console
) -> str | None:
    """Promote the simplest contender if nothing is in production yet, then the tuned model.

    Args:
        run_ids: The run of each experiment, by its name.
        production: The environment whose production is changed.
        console: Where gates and verdicts are printed.

    Returns:
        The id of the promotion in production at the end; None when the gates passed nothing.
    """
    from promotion.protocol.state import current_promotion

    if current_promotion(production) is None and (simple := _simple_contender(run_ids, production)):
        _try_promotion(simple, FIRST, production, console)
    _try_promotion(run_ids.get("tune") or "", SECOND, production, console)
    return current_promotion(production)


def _simple_contender(
    run_ids: Mapping[str, str | None], production: "ProductionSession"
) -> str | None:
    """Return the run of the simple contender in the comparison; None when there is none."""
    comparison = run_ids.get("compare")
    found = production.tracking.children(comparison) if comparison else []
    return next((run.run_id for run in found if run.name == SIMPLE), None)


def _try_promotion(
    run_id: str, reason: str, production: "ProductionSession", console: Console
) -> None:
    from ceap.promotion_progress import promotion_progress
    from ceap.tables.promotions import gate_table, verdict_panel
    from promotion import promote_to_production
    from promotion.refusals import PromotionRefused

    try:
        with promotion_progress() as on_step:
            found = promote_to_production(
                run_id, reason=reason, production=production, on_step=on_step
            )
    except PromotionRefused as refusal:  # printed, and the demo goes on: no gate is lowered for it
        console.print(f"[yellow]{type(refusal).__name__}[/]  {refusal}", soft_wrap=True)
        return
    console.print(gate_table(found.plan), verdict_panel(found))
