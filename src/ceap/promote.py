"""promote, rollback: what production trains with, changed whole or not at all."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from promotion.outcomes import Promotion

Reason = Annotated[str, typer.Option(help="Why; the history keeps it.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Judge and plan only: nothing is written.")]
Retrain = Annotated[
    bool, typer.Option("--retrain", help="Start the training pipeline afterwards, once.")
]
ApprovedBy = Annotated[str | None, typer.Option(help="Who agreed to it.")]


def promote(
    experiment: Annotated[
        str, typer.Argument(help="A run, a study or an experiment; the newest study if omitted.")
    ] = "",
    data: Annotated[
        str,
        typer.Option("--data", metavar="NAME", help="The newest study of this data set is meant."),
    ] = "",
    reason: Reason = "",
    dry_run: DryRun = False,
    retrain: Retrain = False,
    approved_by: ApprovedBy = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Promote what the gates refuse; needs --approved-by, and is remembered."
        ),
    ] = False,
) -> None:
    """Put the model of an experiment in production, if every gate lets it through.

    The gates are those of `params/promotion/policy.yaml`. `--dry-run` shows their verdicts and
    every write, old value and new, and changes nothing. Then: `ceap promote RUN --reason "…"`.
    A crash at any moment leaves the old configuration or the new one: `ceap promotion recover`.
    """
    from ceap.environment import open_environment
    from ceap.promotion_progress import promotion_progress
    from promotion import promote_to_production
    from promotion.production import ProductionSession

    production = ProductionSession.open(settings=open_environment())
    with promotion_progress(dry_run=dry_run) as on_step:
        found = promote_to_production(
            experiment,
            data=data,
            reason=reason,
            dry_run=dry_run,
            retrain=retrain,
            approved_by=approved_by,
            force=force,
            production=production,
            on_step=on_step,
        )
    print_outcome(found)


def rollback(
    to: Annotated[
        str, typer.Argument(help="A promotion: `ceap promotion history` lists them.")
    ] = "previous",
    reason: Reason = "",
    dry_run: DryRun = False,
    retrain: Retrain = False,
    approved_by: ApprovedBy = None,
) -> None:
    """Put an earlier configuration in production again, after proving that its model still works.

    It is a promotion like any other, with a backup and an entry in the history; `ceap rollback`
    once more undoes it.
    """
    from ceap.environment import open_environment
    from ceap.promotion_progress import promotion_progress
    from promotion import roll_back
    from promotion.production import ProductionSession

    production = ProductionSession.open(settings=open_environment())
    with promotion_progress(dry_run=dry_run) as on_step:
        found = roll_back(
            to,
            reason=reason,
            dry_run=dry_run,
            retrain=retrain,
            approved_by=approved_by,
            production=production,
            on_step=on_step,
        )
    print_outcome(found)


def print_outcome(promotion: "Promotion") -> None:
    from rich.console import Console

    from ceap.tables.promotions import outcome_report

    Console().print(outcome_report(promotion))
