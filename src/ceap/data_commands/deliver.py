"""Deliver: the command that checks a file of transactions and puts it as the batch of a day."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from ceap.stores import open_store

if TYPE_CHECKING:
    from rich.table import Table

    from foundation.stores.object_store import ObjectStore
    from pipeline.data.delivery_check import CheckedDelivery


def deliver(
    source: Annotated[
        str,
        typer.Argument(metavar="FILE|S3-URI", help="JSON, JSON Lines, CSV or Parquet."),
    ],
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="The day; by default that of the data."),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option("--data", help="Describes a table; by default the data of the model."),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Only check; put nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a batch that is there.")] = False,
) -> None:
    """Check a file of transactions against the deployed model, and put it as the batch of its day.

    It says what would be scored, and what set aside and why. Nothing is put when **score** would
    refuse the batch. JSON and JSON Lines hold transactions (`docs/batch-format.md`); the columns
    of CSV and Parquet are named as in `params/data/NAME.yaml`, and the label may be left out.
    """
    from rich.console import Console

    from pipeline.data.delivery import Deliveries
    from pipeline.data.delivery_check import require_deliverable

    settings, store = open_store()
    console = Console()
    with TemporaryDirectory(prefix="ceap-deliver-") as folder:
        path = Path(folder, "delivered")
        _fetch(source, path, store)
        deliveries = Deliveries(store, settings, data=data)
        delivered, wanted = deliveries.read(path, source, day.date() if day else None)
    checked = deliveries.check(delivered, wanted)
    console.print(delivery_table(checked))
    require_deliverable(checked)
    if check:
        console.print("Only checked: nothing was put.")
        return
    place = deliveries.put(delivered, wanted, force=force)
    console.print(f"Written to {place}", soft_wrap=True, highlight=False, markup=False)
    typer.echo(f"Score it with: ceap run inference --date {wanted}")


def _fetch(source: str, path: Path, store: "ObjectStore") -> None:
    from catalog.raw_sources import NamedSource
    from ceap.data_progress import DataProgress

    with DataProgress() as progress:
        NamedSource(source, lambda: store).fetch(path, progress)


def delivery_table(checked: "CheckedDelivery") -> "Table":
    """Return what would become of a delivery: counts, reasons and notes."""
    from rich.markup import escape
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_row("[bold]day", str(checked.day))
    table.add_row("[bold]batch", checked.sentence)
    for reason in checked.reasons:
        first = f"the first at position {reason.first_position}: {reason.first}"
        table.add_row("", escape(f"{reason.transactions:,} {reason.rule}; {first}"))
    for note in checked.notes:
        table.add_row("[bold]note", escape(note))
    return table
