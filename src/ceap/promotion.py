"""promotion: what is in production, how it came there, and what to do when it is in doubt.

`ceap promote` and `ceap rollback` change it. Everything here may be run at any time, by anyone,
and twice.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ceap.promote import print_outcome

if TYPE_CHECKING:
    from promotion.production import ProductionSession
    from promotion.verify.verification import Difference

DIFFERENT = 3  # exit code: something is not as it should be

app = typer.Typer(help=__doc__, no_args_is_help=True, rich_markup_mode="markdown")

Promotion = Annotated[str, typer.Argument(metavar="PROMOTION", help="Its id.")]
Reason = Annotated[str, typer.Option(help="Why; the history keeps it.")]


@app.command()
def history(
    limit: Annotated[int, typer.Option(min=1, help="How many of the newest.")] = 20,
) -> None:
    """Show who put what in production, why, and from which run, notebook, commit and data."""
    from rich.console import Console

    from ceap.tables.history import history_report
    from promotion.audit.history import history as remembered

    Console().print(history_report(remembered(_production(), limit=limit)))


@app.command()
def verify(
    repair: Annotated[
        bool, typer.Option("--repair", help="Put right what differs from what was promoted.")
    ] = False,
) -> None:
    """Compare S3, Parameter Store, the model registry and the history, and name each difference.

    Exit code 0 when all agree, 3 when they do not.
    """
    from promotion.verify.verification import repair as repair_production
    from promotion.verify.verification import verify as compared

    found = repair_production(_production()) if repair else compared(_production())
    print_differences(found, repaired=repair)


def print_differences(found: "Sequence[Difference]", *, repaired: bool = False) -> None:
    """Print each difference; exit code 3 when there are any."""
    from rich.console import Console

    from ceap.tables.promotions import differences_table

    if not found:
        typer.echo("S3, Parameter Store, the model registry and the history agree.")
        return
    Console().print(differences_table(found))
    if not repaired:
        typer.echo("To put it right: ceap promotion verify --repair", err=True)
    raise typer.Exit(DIFFERENT)


@app.command()
def recover() -> None:
    """Finish or give up what a crash left of a promotion. What is in production stays.

    A training that the promotion asked for is started, if it was not yet.
    """
    from rich.console import Console

    from ceap.promotion_progress import promotion_progress
    from ceap.tables.promotions import recovered_table
    from promotion.protocol.recovery import recover as recovered
    from promotion.retraining import open_starter, retrain_current_if_due

    production = _production()
    with promotion_progress() as on_step:
        found = recovered(production, on_step=on_step)
        started = retrain_current_if_due(production, open_starter(production.settings))
    if found:
        Console().print(recovered_table(found))
    else:
        typer.echo("No promotion was left open.")
    if started:
        typer.echo(f"Trained because of what is in production: {started}")


@app.command()
def waiting() -> None:
    """List the plans that wait for a second person."""
    from rich.console import Console

    from ceap.tables.promotions import waiting_table
    from promotion.approval import waiting_plans as plans_waiting

    plans = plans_waiting(_production())
    if not plans:
        typer.echo("No plan waits.")
        return
    Console().print(waiting_table(plans))


@app.command()
def approve(
    promotion: Promotion,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Agree to a plan of somebody else, and carry it out.

    What was found of both models is shown before. Your word binds to that, to the byte; production
    has to be what it was then.
    """
    from ceap.approve import approve_plan

    print_outcome(approve_plan(promotion, _production(), yes=yes))


@app.command()
def decline(promotion: Promotion, reason: Reason) -> None:
    """Say no to a plan that waits: it waits no longer."""
    from promotion.approval import decline as refuse

    refuse(promotion, reason=reason, production=_production())
    typer.echo(f"{promotion} was declined. Production is unchanged.")


@app.command()
def freeze(reason: Reason) -> None:
    """Stop promotions and the training pipeline until the freeze is lifted.

    It is lifted with `ceap promotion lift --reason TEXT`.
    """
    from promotion.freeze import freeze as stop

    stop(_production(), reason=reason)
    typer.echo("Frozen: nothing is promoted or trained until: ceap promotion lift --reason …")


@app.command()
def lift(reason: Reason) -> None:
    """Let promotions and training go on."""
    from promotion.freeze import lift as go_on

    go_on(_production(), reason=reason)
    typer.echo("Lifted: promotions and training go on.")


def _production() -> "ProductionSession":
    from ceap.environment import open_environment
    from promotion.production import ProductionSession

    return ProductionSession.open(settings=open_environment())
