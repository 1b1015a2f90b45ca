"""executions: what ran, how far it came, and what every cell of it did."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from ceap.pipeline_runner import open_runner
from ceap.wide_tables import Wide, print_table

app = typer.Typer(help="List executions, and look into one.", invoke_without_command=True)

ExecutionId = Annotated[str, typer.Argument(help="`ceap executions` lists them.")]


@app.callback()
def list_executions(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="How many of the newest to list.")] = 20,
    wide: Wide = False,
) -> None:
    """List executions, newest first: how far each came. `show` looks into one."""
    if context.invoked_subcommand:
        return
    from ceap.tables.executions import executions_table
    from pipeline.runs.history import executions

    runner = open_runner()
    found = executions(runner.session.objects, runner.session.settings, limit=limit)
    if not found:
        typer.echo("There are no executions yet. Start one with: ceap run training")
        return
    print_table(executions_table(found), wide=wide)


@app.command()
def show(execution_id: ExecutionId) -> None:
    """Show the stages of an execution: cells, times, memory, what was read and written."""
    from rich.console import Console

    from ceap.tables.executions import execution_report
    from pipeline.runs.history import execution_detail

    runner, console = open_runner(), Console()
    detail = execution_detail(execution_id, runner.session.objects, runner.session.settings)
    for part in execution_report(detail):
        console.print(part, soft_wrap=isinstance(part, str), highlight=False)


@app.command()
def notebook(
    execution_id: ExecutionId,
    stage: Annotated[str, typer.Argument(help="as train")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "--save",
            help="File to save it as; `.ceap/notebooks/EXECUTION-STAGE.ipynb` if omitted.",
        ),
    ] = None,
) -> None:
    """Fetch the executed notebook of a stage, with its outputs, to open it in JupyterLab.

    Without `--out` it is kept in the state directory, which git ignores: a file beside the code
    would count as a change of the code.
    """
    from foundation.errors import AlreadyExists
    from pipeline.runs.history import read_executed_notebook

    runner = open_runner()
    content = read_executed_notebook(
        execution_id, stage, runner.session.objects, runner.session.settings
    )
    kept = runner.session.settings.state_directory / "notebooks"
    path = out or kept / f"{execution_id}-{stage}.ipynb"
    if path.exists() and path.read_bytes() != content:
        message = f"{path} holds something else; it was not touched. Name another with --out."
        raise AlreadyExists(message)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    typer.echo(f"Saved {path}. Open it with: jupyter lab {shlex.quote(str(path))}")
