"""Delivered file: a file of transactions, as JSON or as the cells of a described table."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from catalog.reading.file_kind import FileKind
from catalog.reading.plain_file import Dialect, open_plain
from catalog.reading.table_file import TableFile
from foundation.errors import InvalidData
from fraud.data.spec import DataSpec

JSON_MARKS = (b"[", b"{")
UTF8_MARK = b"\xef\xbb\xbf"
HEAD_BYTES = 4096


@dataclass(frozen=True)
class DeliveredTable:
    """A table whose rows are transactions.

    `cells` are those of the columns that `spec` names and the file has; `spec` names no pattern.
    `unused` are the other columns of the file, and `torn` the rows that could not be divided into
    cells, as they stand in the file.
    """

    cells: pl.DataFrame
    spec: DataSpec
    unused: list[str]
    torn: list[str]


def read_delivered(
    path: Path, folder: Path, describe: Callable[[], DataSpec], *, name: str
) -> bytes | DeliveredTable:
    """Return the bytes of JSON or JSON Lines, and any other file as a table.

    `describe` returns the description of a table. `folder` takes a copy where the file has to be
    unpacked or converted, and `name` stands for the file in errors. Raises InvalidData for a file
    that cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES).removeprefix(UTF8_MARK).strip()
    if not head or head.startswith(JSON_MARKS):
        return path.read_bytes()
    spec = describe()
    plain = open_plain(path, folder, dialect=Dialect.of(spec), name=name)
    if plain.kind is FileKind.JSON:
        if len(plain.parts) > 1:
            message = f"{name} holds several files of JSON; deliver one of them. Nothing was read."
            raise InvalidData(message)
        return plain.parts[0].read_bytes()
    return _table(TableFile(plain, spec, name=name), spec)


def _table(file: TableFile, described: DataSpec) -> DeliveredTable:
    spec = described.resolved(file.names)
    known = {*spec.all_columns, *spec.ignore}
    not_read = {spec.label, *spec.annotations}
    columns = [name for name in file.names if name in spec.all_columns and name not in not_read]
    batches = file.batches(columns)
    nothing = pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    tables = list(batches) or [nothing]
    return DeliveredTable(
        cells=pl.concat(tables),
        spec=spec,
        unused=[name for name in file.names if name not in known],
        torn=[reject.text for reject in batches.rejects],
    )
