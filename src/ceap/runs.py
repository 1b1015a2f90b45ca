"""runs: what was recorded of experiments and trainings, and what waits to be."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ceap.wide_tables import Wide, print_table

if TYPE_CHECKING:
    from experiments.tracking.recorder import SentAgain
    from foundation.tracking.runs import FoundRun, Tracking

app = typer.Typer(help="List recorded runs, and look into one.", invoke_without_command=True)

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The first day of them.")]


@app.callback()
def list_runs(
    context: typer.Context,
    experiment: Annotated[
        str | None, typer.Option(help="As comparisons, tuning, training.")
    ] = None,
    data: Annotated[
        str | None, typer.Option("--data", metavar="NAME", help="Of this data set.")
    ] = None,
    algorithm: Annotated[str | None, typer.Option(help="As xgboost.")] = None,
    metric: Annotated[
        str | None,
        typer.Option(help='Best first, and a bound if you like: "average_precision > 0.7".'),
    ] = None,
    since: Day = None,
    children: Annotated[
        bool, typer.Option("--children", help="Trials and contenders too, not only their parents.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many to list.")] = 20,
    wide: Wide = False,
    send: Annotated[
        bool, typer.Option("--send", help="Send what was kept while the tracking server was down.")
    ] = False,
) -> None:
    """List recorded runs, newest first. `show` looks into one.

    Also with `from experiments import runs, leaderboard`, as data frames.
    """
    if context.invoked_subcommand:
        return
    if send:
        _print_sent(_send())
        return
    from catalog.prepared_data import data_spec
    from ceap.tables.runs import runs_table
    from experiments.tracking.run_query import RunQuery

    query = RunQuery(
        experiment=experiment,
        algorithm=algorithm,
        metric=metric,
        since=since,
        children=children,
        tag={"data": data_spec(data).name} if data else {},
    )
    found = query.find(_tracking(), limit)
    if not found:
        typer.echo(
            "No such run is recorded. To make some: ceap compare, ceap tune, ceap run training"
        )
        return
    print_table(runs_table(found, query.metric_name), wide=wide)


@app.command()
def show(
    run: Annotated[
        str, typer.Argument(help="The first characters of its id; `ceap runs` lists it.")
    ],
) -> None:
    """Show all that is recorded of a run: origin, parameters, metrics, files, runs below it."""
    from rich.console import Console

    from ceap.tables.runs import run_report

    tracking, console = _tracking(), Console()
    found = _run_named(run, tracking)
    files, below = tracking.artifact_names(found.run_id), tracking.children(found.run_id)
    for part in run_report(found, files, below):
        console.print(part, soft_wrap=isinstance(part, str), highlight=False)


def _tracking() -> "Tracking":
    from foundation.settings import load_settings
    from foundation.tracking.writer import MlflowTracking

    return MlflowTracking(load_settings())


def _run_named(start: str, tracking: "Tracking") -> "FoundRun":
    from foundation.errors import InvalidParams, NotFound

    source = f"Run {start}"
    if not start.isalnum():
        problem = "an id is letters and digits; `ceap runs` lists them"
        raise InvalidParams(source, [problem])
    found = tracking.find(None, f"attributes.run_id LIKE '{start}%'", limit=2)
    if len(found) > 1:
        problem = f"{len(found)} runs or more start like that; give more of its id"
        raise InvalidParams(source, [problem])
    if not found:
        message = f"There is no run {start}. `ceap runs --children` lists them."
        raise NotFound(message)
    return found[0]


def _send() -> "SentAgain":
    from ceap.stores import open_store
    from experiments.tracking.recorder import Recorder
    from foundation.tracking.writer import MlflowTracking

    settings, store = open_store()
    return Recorder(MlflowTracking(settings), store, settings).send_unsent()


def _print_sent(result: "SentAgain") -> None:
    if not result.sent and not result.left:
        typer.echo("Nothing waits to be sent.")
    for key in result.sent:
        typer.echo(f"Sent {key}.")
    for key, problem in result.left.items():
        typer.echo(f"Not sent, and kept: {key}. {problem}", err=True)
    if result.left:
        raise typer.Exit(1)
