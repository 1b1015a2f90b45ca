"""Experiment commands: compare and tune, from the command line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ceap.given_settings import Data, Set, parsed_overrides
from ceap.interrupts import INTERRUPTED, sigterm_as_ctrl_c
from foundation import commands

if TYPE_CHECKING:
    from experiments.tuning.result import TuningResult

STOPPED_BETWEEN_FITS = (
    "Interrupted: every fit that had finished is kept. To go on from there, run the same again."
)

Method = Annotated[
    str | None,
    typer.Option("--method", help="How test is kept apart: stratified, random or time."),
]
Features = Annotated[
    str | None, typer.Option(help="A feature set of `params/experiments/features.yaml`.")
]
Algorithms = Annotated[
    list[str] | None, typer.Option("--algorithm", help="One of them. Repeatable.")
]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes, one thread each.")]
On = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS", help="Fit on the workers of a Dask scheduler, as tcp://host:8786."
    ),
]


def compare(
    data: Data = None,
    algorithm: Algorithms = None,
    imbalance: Annotated[
        list[str] | None,
        typer.Option(help="weights, none, undersample or smote. Repeatable: each is compared."),
    ] = None,
    features: Features = None,
    method: Method = None,
    workers: Workers = None,
    on: On = None,
    set_: Set = None,
) -> None:
    """Compare algorithms on the same folds: a leaderboard with intervals.

    What is not given is as in `params/experiments/compare.yaml`. After Ctrl-C, run the same again:
    fits that were finished are kept. Every figure is in MLflow too: `ceap runs`.
    """
    from rich.console import Console

    from ceap.environment import open_environment
    from ceap.tables.data_frame import TerminalTable
    from experiments import compare_algorithms

    chosen = given_options(
        "compare", set_, data=data, algorithms=algorithm, imbalance=imbalance, features=features,
        method=method, workers=workers, on=on,
    )  # fmt: skip
    open_environment()
    with exit_when_interrupted():
        comparison = compare_algorithms(**chosen)
    console = Console()
    console.print(TerminalTable(comparison.leaderboard(), "Leaderboard (95 % intervals)"))
    console.print(comparison.verdict())
    print_run_location(comparison.run_id, comparison.tracking_problem)
    params = comparison.params
    method = "" if params.method == "stratified" else params.method
    typer.echo(f"Tune hyperparameters:  {commands.tune(params.data, method=method)}")


def tune(
    data: Data = None,
    algorithm: Algorithms = None,
    strategy: Annotated[str | None, typer.Option(help="grid, random or bayesian.")] = None,
    trials: Annotated[
        int | None, typer.Option(min=0, help="The budget; 0 sets none but the seconds.")
    ] = None,
    seconds: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="… or the seconds of the whole, winner included; 0 sets none.",
        ),
    ] = None,
    workers: Workers = None,
    on: On = None,
    study: Annotated[
        str | None, typer.Option(help="Its name; made from the request if omitted.")
    ] = None,
    features: Features = None,
    method: Method = None,
    set_: Set = None,
) -> None:
    """Tune hyperparameters, confirm the best few on fresh folds, and score the test split once.

    What is not given is as in `params/experiments/tune.yaml`. A budget in trials gives the same
    winner however many workers there are. After Ctrl-C, or a crash, run the same again: the study
    goes on where it stopped. The command that is printed at the end shows every trial.
    """
    from ceap.environment import open_environment
    from experiments import tune as tune_models

    chosen = given_options(
        "tune", set_, data=data, algorithms=algorithm, strategy=strategy, trials=trials,
        seconds=seconds,
        workers=workers, on=on, study=study, features=features, method=method,
    )  # fmt: skip
    open_environment()
    with exit_when_interrupted():
        tuned = tune_models(**chosen)
    _print_tuning(tuned)


def _print_tuning(tuned: "TuningResult") -> None:
    from rich.console import Console

    from ceap.tables.data_frame import TerminalTable

    console = Console()
    console.print(TerminalTable(tuned.confirmation_table(), "The best few, confirmed"))
    console.print(TerminalTable(tuned.test_table(), "The winner on the test split"))
    console.print(tuned.verdict())
    console.print(f"The study is {tuned.study}. Look at it: {tuned.dashboard}", soft_wrap=True)
    print_run_location(tuned.run_id, tuned.tracking_problem)
    if tuned.run_id:
        typer.echo(f"Plan its promotion:  {commands.plan_promotion(tuned.run_id)}")


def given_options(stage: str, settings: list[str] | None, **options: Any) -> dict[str, Any]:
    """Return the options that were given and the values of `--set`; a YAML file has the others.

    Raises InvalidParams for a parameter that both give.
    """
    given = {name: value for name, value in options.items() if value is not None}
    changed = parsed_overrides(settings or [], only=stage).get(stage, {})
    if twice := sorted(given.keys() & changed.keys()):
        from foundation.errors import InvalidParams

        source = "--set"
        problems = [f"{stage}.{name} is given by an option of its own too" for name in twice]
        raise InvalidParams(source, problems)
    return {**given, **changed}


def print_run_location(run_id: str | None, problem: str | None) -> None:
    from foundation.commands import show_run

    if run_id:
        typer.echo(f"Recorded as run {run_id}. Find it again: {show_run(run_id)}")
    if problem:
        typer.echo(problem, err=True)


@contextmanager
def exit_when_interrupted() -> Iterator[None]:
    """Exit with code 130 after Ctrl-C or SIGTERM, and print what is kept and how to go on."""
    try:
        with sigterm_as_ctrl_c():
            yield
    except KeyboardInterrupt as stop:
        typer.echo(f"\n{str(stop) or STOPPED_BETWEEN_FITS}", err=True)
        sys.exit(INTERRUPTED)
