"""aws: the AWS of this machine, where everything can be tried without an account.

It holds what production has: S3, DynamoDB, SNS and CloudWatch (emulated by ministack), and
SageMaker endpoints that serve your models for real, as processes. `ceap` starts it when it is
needed; these commands are for looking at it, stopping it, and starting over.
"""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from local_aws.report import LocalAwsStatus

NOT_ALL_RUNNING = 3  # as `systemctl status` says it

app = typer.Typer(help=__doc__, no_args_is_help=True, rich_markup_mode="markdown")


@app.command()
def up() -> None:
    """Start what is not running, and create the buckets, table and topics.

    Safe to repeat: what runs is left running, and what is stored stays. After a crash it starts
    what is dead, with its data, at the same address.
    """
    from foundation.settings import load_settings
    from local_aws import up as start

    print_status(start(load_settings()))


@app.command()
def down() -> None:
    """Stop everything, endpoints included. All of it is kept, and back after `ceap aws up`."""
    from foundation.settings import load_settings
    from local_aws import down as stop

    stop(load_settings())
    typer.echo("Stopped. What it holds is saved; start it again with: ceap aws up")


@app.command()
def status() -> None:
    """Show what runs where: processes, endpoints, names. Changes nothing.

    Exit code 0 when all is running, 3 when something is stopped or dead.
    """
    from foundation.settings import load_settings
    from local_aws import status as look

    report = look(load_settings())
    print_status(report)
    if not report.is_up:
        raise typer.Exit(NOT_ALL_RUNNING)


@app.command()
def reset(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Stop everything and **delete all it holds**: objects, tables, messages, endpoints.

    MLflow's runs and downloaded data stay. It is not started again: `ceap aws up` starts an
    empty one.
    """
    from foundation.settings import load_settings
    from local_aws import reset as wipe

    settings = load_settings()
    if not yes:
        where = settings.state_directory / "aws"
        typer.confirm(f"Delete everything the local AWS holds, in {where}?", abort=True)
    wipe(settings)
    typer.echo("Deleted. Start an empty one with: ceap aws up")


def print_status(report: "LocalAwsStatus") -> None:
    from rich.console import Console

    from ceap.tables.aws import endpoints_table, resources_table, services_table

    console = Console()
    console.print(services_table(report))
    if report.endpoints:
        console.print(endpoints_table(report))
    if report.is_up:
        console.print(resources_table(report))
    console.print(f"Its state and logs: {report.services[0].log.parent}", highlight=False)
    if not report.is_up:
        console.print("Start what is not running with: [bold]ceap aws up[/]")
