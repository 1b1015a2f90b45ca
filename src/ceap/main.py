"""ceap: find the best fraud model, promote it safely, run it every day."""

import sys

import typer
from rich.console import Console
from rich.markup import escape

from ceap.aws import app as aws_app
from ceap.data import app as data_app
from ceap.demo.demo import demo
from ceap.executions import app as executions_app
from ceap.experiments import compare, tune
from ceap.promote import promote, rollback
from ceap.promotion import app as promotion_app
from ceap.run import run, stage
from ceap.runs import app as runs_app
from foundation.errors import FraudDetectionError, InvalidParams

app = typer.Typer(
    name="ceap",
    help=__doc__,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,  # any other error is a bug: Python's traceback will do
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(demo)
app.command()(compare)
app.command()(tune)
app.add_typer(runs_app, name="runs")
app.command()(promote)
app.command()(rollback)
app.add_typer(promotion_app, name="promotion")
app.command()(run)
app.command()(stage)
app.add_typer(executions_app, name="executions")
app.add_typer(data_app, name="data")
app.add_typer(aws_app, name="aws")


def main() -> None:
    """Run a command; of a FraudDetectionError print the message alone.

    Exit codes: 1 the work failed, 2 the request is wrong and nothing was run.
    """
    try:
        app()
    except FraudDetectionError as error:
        Console(stderr=True).print(
            f"[bold red]{type(error).__name__}[/]  {escape(str(error))}", soft_wrap=True
        )
        sys.exit(2 if isinstance(error, InvalidParams) else 1)
