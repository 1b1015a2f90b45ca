"""Experiment commands: compare and tune, from the command line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ceap.interrupts import INTERRUPTED, sigterm_as_ctrl_c

if TYPE_CHECKING:
    from experiments.tuning.result import TuningResult


Data = Annotated[str | None, typer.Option("--data", help="The data set, a file of `params/data/`.")]
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
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Change any other parameter. Repeatable."),
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
        data=data, algorithms=algorithm, imbalance=imbalance, features=features, method=method,
        workers=workers,
    )  # fmt: skip
    open_environment()
    with exit_when_interrupted():
        comparison = compare_algorithms(**chosen, **parsed_settings(set_ or []))
    console = Console()
    console.print(TerminalTable(comparison.leaderboard(), "Leaderboard (95 % intervals)"))
    console.print(comparison.verdict())
    print_run_location(comparison.run_id, comparison.tracking_problem)


def tune(
    data: Data = None,
    algorithm: Algorithms = None,
    strategy: Annotated[str | None, typer.Option(help="grid, random or bayesian.")] = None,
    trials: Annotated[
        int | None, typer.Option(min=0, help="The budget; 0 sets none but the seconds.")
    ] = None,
    seconds: Annotated[
        int | None, typer.Option(min=0, help="… or the seconds to search for; 0 sets none.")
    ] = None,
    workers: Workers = None,
    study: Annotated[
        str | None, typer.Option(help="Its name; made from the request if omitted.")
    ] = None,
    storage: Annotated[
        str | None,
        typer.Option(
            envvar="CEAP_STUDY_STORAGE",
            help="For many machines: postgresql://user@host/db. Its password is read from "
            "PGPASSWORD or ~/.pgpass.",
        ),
    ] = None,
    features: Features = None,
    method: Method = None,
    set_: Set = None,
) -> None:
    """Tune hyperparameters, confirm the best few on fresh folds, and score the test split once.

    What is not given is as in `params/experiments/tune.yaml`. A budget in trials gives the same
    winner however many workers there are. After Ctrl-C, or a crash, run the same again: the study
    goes on where it stopped. Watch it with the command that is printed at the end, or meanwhile.
    """
    from ceap.environment import open_environment
    from experiments import tune as tune_models

    chosen = given_options(
        data=data, algorithms=algorithm, strategy=strategy, trials=trials, seconds=seconds,
        workers=workers, study=study, storage=storage, features=features, method=method,
    )  # fmt: skip
    open_environment()
    with exit_when_interrupted():
        tuned = tune_models(**chosen, **parsed_settings(set_ or []))
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


def given_options(**options: Any) -> dict[str, Any]:
    """Return the options that were given; the YAML file decides about the others."""
    return {name: value for name, value in options.items() if value is not None}


def parsed_settings(settings: list[str]) -> dict[str, Any]:
    """Read `name=value` texts; the values are YAML, so 0.5 is a number and [a, b] is a list."""
    import yaml

    from foundation.errors import InvalidParams

    parsed, problems = {}, []
    for text in settings:
        name, separator, value = text.partition("=")
        if not (separator and name):
            problems.append(f"{text!r} is not NAME=VALUE, as in folds=5")
            continue
        try:
            parsed[name] = yaml.safe_load(value)
        except yaml.YAMLError as error:
            problems.append(f"{text!r}: its value is not YAML: {error}")
    if problems:
        source = "--set"
        raise InvalidParams(source, problems)
    return parsed


def print_run_location(run_id: str | None, problem: str | None) -> None:
    if run_id:
        typer.echo(f"Recorded as run {run_id}. Find it again: ceap runs show {run_id}")
    if problem:
        typer.echo(problem, err=True)


@contextmanager
def exit_when_interrupted() -> Iterator[None]:
    """Exit with code 130 after Ctrl-C or SIGTERM, and print what is kept and how to go on."""
    from experiments.progress import Interrupted

    try:
        with sigterm_as_ctrl_c():
            yield
    except Interrupted as stop:
        typer.echo(f"\n{stop}", err=True)
        sys.exit(INTERRUPTED)
