"""Raw sample: whether the first rows of a file, and its end, are as its description says."""

from pathlib import Path

import polars as pl

from catalog.reading.open_file import open_raw
from catalog.reading.table_file import TableFile
from foundation.errors import InvalidData
from fraud.data.spec import DataSpec
from fraud.data.validation import RowCheck

SAMPLED_ROWS = 20_000
SHOWN_ROWS = 5
LARGEST_BAD_SHARE = 0.5  # with more, the description is of another file


def require_readable(path: Path, spec: DataSpec, folder: Path, *, name: str) -> None:
    """Check a sample of the rows of `path`; `name` stands for the file in errors.

    Raises:
        InvalidData: The file is unreadable or cut off, has other columns or no rows, or most of
            its first rows are bad.
    """
    opened = open_raw(path, spec, folder, name=name)
    batches = opened.table.batches(opened.table.names, limit=SAMPLED_ROWS)
    tables = list(batches)
    rejects = batches.rejects
    if not tables and not rejects:
        message = f"{name} has a header and no rows. Nothing was ingested. Get it again, whole."
        raise InvalidData(message)
    _require_whole(opened.table, name)
    shown = [f"row {reject.row:,}: {reject.detail}" for reject in rejects]
    read = bad = 0
    if tables:
        rows = RowCheck(opened.spec, SHOWN_ROWS)(pl.concat(tables))
        read, bad = len(rows.lines) + rows.bad_count, rows.bad_count
        shown += [f"row {row:,}: {reason}" for row, reason, _ in rows.bad.iter_rows()]
    read, bad = read + len(rejects), bad + len(rejects)
    if bad > read * LARGEST_BAD_SHARE:
        listed = "\n".join(f"  - {line}" for line in shown[:SHOWN_ROWS])
        message = (
            f"{name} is not as params/data/{spec.name}.yaml describes it: {bad:,} of its first "
            f"{read:,} rows are bad.\n{listed}\nNothing was ingested, and what was there is as it "
            "was. Correct the description, or the file."
        )
        raise InvalidData(message)


def _require_whole(table: TableFile, name: str) -> None:
    """Raise InvalidData where the file ends inside a row."""
    if table.file.has_last_line_end:
        return
    batches = table.batches(table.names)
    read = sum(batch.height for batch in batches)
    rejects = batches.rejects
    if rejects and rejects[-1].row >= read + len(rejects):
        message = (
            f"{name} is cut off: it ends in row {rejects[-1].row:,} ({rejects[-1].detail}). "
            "Nothing was ingested. Get it again, whole."
        )
        raise InvalidData(message)
