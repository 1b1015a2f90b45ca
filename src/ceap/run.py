"""run: pipelines, their stages and their executions."""

from datetime import date as day
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ceap.executions import app as executions_app
from ceap.given_settings import Data, Set, parsed_overrides
from ceap.pipeline_runner import watched_runner

if TYPE_CHECKING:
    from pipeline.runs.planning import Runner

__all__ = ["executions_app", "run", "stage"]

Date = Annotated[
    datetime | None,
    typer.Option("--date", formats=["%Y-%m-%d"], help="Day to score; the newest batch if omitted."),
]


def run(
    pipeline: Annotated[str, typer.Argument(help="training, inference, experiments or retune")],
    data: Data = None,
    date: Date = None,
    execution_id: Annotated[
        str | None, typer.Option(help="Resume this execution; start it if there is none.")
    ] = None,
    set_: Set = None,
    replay: Annotated[
        str | None, typer.Option(metavar="EXECUTION", help="Run this one again, under a new id.")
    ] = None,
    from_stage: Annotated[
        str | None, typer.Option("--from", metavar="STAGE", help="Where the replay starts.")
    ] = None,
) -> None:
    """Run a pipeline, stage by stage, each stage a notebook.

    Every parameter file is checked before anything runs. When a stage fails, what finished
    stands: resume with `--execution-id`. To try other parameters on what an execution left,
    replay it: `ceap run training --replay EXECUTION --from train --set train.seed=2`.
    """
    from rich.console import Console

    from ceap.pipeline_results import results_table
    from foundation.commands import show_execution
    from pipeline.runs.run import replay as replay_execution
    from pipeline.runs.run import run_pipeline

    _check_together(replay, from_stage, date)
    overrides = parsed_overrides(set_ or [])
    with watched_runner() as runner:
        if replay and from_stage:
            require_pipeline(replay, pipeline, runner)
            summary = replay_execution(
                replay,
                from_stage,
                runner,
                overrides=overrides,
                data=data,
                new_execution_id=execution_id,
            )
        else:
            summary = run_pipeline(
                pipeline,
                runner,
                execution_id=execution_id,
                day=_day(date),
                overrides=overrides,
                data=data,
            )
    Console().print(results_table(summary))
    typer.echo(
        f"{summary.pipeline} finished in {summary.seconds:.1f} s. "
        f"Look at it: {show_execution(summary.execution_id)}"
    )


def stage(
    path: Annotated[str, typer.Argument(metavar="PIPELINE/STAGE", help="as training/train")],
    execution_id: Annotated[str, typer.Option(help="The execution it belongs to.")],
    data: Data = None,
    date: Date = None,
    set_: Set = None,
) -> None:
    """Run one stage of an execution: what a job in the cloud runs.

    The first stage of a pipeline starts the execution, and so does each stage of the experiments. A
    stage that finished is not run again. `--data` is the data set of the execution, also for the
    stages that are run in it later.
    """
    from foundation.commands import show_execution
    from pipeline.runs.run import run_stage

    overrides = parsed_overrides(set_ or [])
    with watched_runner() as runner:
        run_stage(path, execution_id, runner, day=_day(date), overrides=overrides, data=data)
    typer.echo(f"{path} finished. Look at it: {show_execution(execution_id)}")


def _check_together(replay: str | None, from_stage: str | None, date: datetime | None) -> None:
    from foundation.errors import InvalidParams

    source, problems = "The command", []
    if (replay is None) != (from_stage is None):
        problems.append("--replay EXECUTION and --from STAGE go together")
    if replay and date:
        problems.append("a replay keeps its day; leave --date out")
    if problems:
        raise InvalidParams(source, problems)


def require_pipeline(execution_id: str, pipeline: str, runner: "Runner") -> None:
    from foundation.errors import InvalidParams
    from foundation.executions import read_plan

    planned = read_plan(execution_id, runner.session.objects, runner.session.settings).pipeline
    if planned != pipeline:
        source = f"Execution {execution_id}"
        raise InvalidParams(source, [f"it is one of {planned}, not of {pipeline}"])


def _day(date: datetime | None) -> day | None:
    return date.date() if date else None
