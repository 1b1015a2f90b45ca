"""Daily batch: the command that makes days of transactions for the inference pipeline."""

from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from ceap.stores import open_store
from foundation.wording import counted

if TYPE_CHECKING:
    from fraud.simulation.daily_sample import Drift
    from pipeline.data.daily_batch import DailyBatch


class DriftChoice(Enum):
    """The values of DriftKind, in the form that Typer lists and checks."""

    MORE_FRAUD = "more-fraud"
    AMOUNTS = "amounts"
    FEATURES = "features"


Day = Annotated[
    datetime | None,
    typer.Option(
        "--date", formats=["%Y-%m-%d"], help="The last day to make. Yesterday (UTC) by default."
    ),
]
Days = Annotated[int, typer.Option(min=1, help="How many days, ending with that one.")]
Transactions = Annotated[int, typer.Option(min=1, help="How many a day.")]
PlantedDrift = Annotated[
    DriftChoice | None,
    typer.Option(help="Plant a change: frauds more frequent, amounts larger, or features moved."),
]
DriftSize = Annotated[
    float | None,
    typer.Option(
        help="A factor for more-fraud (default 10) and amounts (3); standard deviations for "
        "features (1)."
    ),
]
Seed = Annotated[int, typer.Option(min=0, help="Equal seeds give equal days.")]
DataName = Annotated[
    str | None,
    typer.Option(
        "--data", metavar="NAME", help="Draw from this data set, as it was prepared last."
    ),
]
DataDigest = Annotated[
    str | None, typer.Option(help="Prepared data to draw from, rather than that prepared last.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace days that are there.")]


def make_daily_batches(
    day: Day = None,
    days: Days = 1,
    transactions: Transactions = 10_000,
    drift: PlantedDrift = None,
    drift_size: DriftSize = None,
    seed: Seed = 0,
    data: DataName = None,
    data_digest: DataDigest = None,
    force: Force = False,
) -> None:
    """Make days of transactions to score, from the test split: no model was trained on them.

    A day keeps the time of day of each transaction. Its categories are those of the data, if they
    have some. Beside each day it leaves which transactions are fraud, for later.
    A baseline for **monitor**: `--days 30`, and `ceap run inference --date …` on each.
    """
    from rich.console import Console

    from foundation.commands import run_pipeline
    from pipeline.data.daily_batch import days_until, make_daily_batch, require_free

    planted = _drift(drift, drift_size)
    wanted = days_until(day.date() if day else yesterday(), days)
    settings, store = open_store()
    if not force:
        require_free(wanted, store, settings)
    for each in wanted:
        made = make_daily_batch(
            store, settings, day=each, transactions=transactions, seed=seed, drift=planted,
            data=data, data_digest=data_digest, force=True,
        )  # fmt: skip
        Console().print(batch_summary(made), highlight=False, markup=False, soft_wrap=True)
    typer.echo(f"Score them with: {run_pipeline('inference', day=wanted[-1])}")


def yesterday() -> date:
    return datetime.now(UTC).date() - timedelta(days=1)


def batch_summary(made: "DailyBatch") -> str:
    """Return one line about a day's batch, with what is unusual about it."""
    notes = [counted(made.transactions, "transaction"), counted(made.frauds, "fraud")]
    if made.repeated:
        frauds = counted(made.held_out_frauds, "fraud")
        there = f"{counted(made.held_out, 'transaction')}, {frauds}"
        notes.append(f"{made.repeated:,} repeated: the test split holds {there}")
    if made.simulated:
        notes.append("simulated data")
    return f"{made.day}  {made.uri}  {', '.join(notes)}"


def _drift(choice: "DriftChoice | None", size: float | None) -> "Drift | None":
    from fraud.simulation.daily_sample import DEFAULT_SIZES, Drift

    if choice is None:
        if size is not None:
            message = "A size needs the drift it is of: --drift more-fraud, amounts or features."
            raise typer.BadParameter(message, param_hint="--drift-size")
        return None
    return Drift(choice.value, DEFAULT_SIZES[choice.value] if size is None else size)
