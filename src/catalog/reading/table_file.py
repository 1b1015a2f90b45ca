"""Table file: the columns of a raw file, its rows as batches of cells, and the rows set aside.

DuckDB reads them: CSV in any dialect, JSON, JSON Lines and Parquet, streamed.
"""

import csv
import io
import itertools
from collections.abc import Collection, Sequence
from functools import cached_property
from pathlib import Path

from catalog.reading.batches import Batches
from catalog.reading.file_kind import FileKind
from catalog.reading.json_source import JsonSource, json_source
from catalog.reading.parquet_source import parquet_names, parquet_rows, parquet_types
from catalog.reading.plain_file import PlainFile
from catalog.reading.sql import sql_text
from foundation.errors import InvalidData
from fraud.data.formats import FileFormat
from fraud.data.validation import UNNAMED

LONGEST_HEADER = 1 << 20  # characters
DATE_TYPES = ("DATE", "TIMESTAMP")  # of DuckDB; TIMESTAMP WITH TIME ZONE is one


class TableFile:
    """A raw file that is open for reading.

    `names` are the columns in the order of the file. A column without a name is called
    `unnamed_1` and so on, by its position.
    """

    def __init__(self, file: PlainFile, form: FileFormat, *, name: str) -> None:
        self.file, self._form, self._name = file, form, name
        self._header_lines = 0
        self._json: dict[Path, JsonSource] = {}
        self._part_names = {path: self._names_of(path) for path in file.parts}
        self.names = self._part_names[file.parts[0]]
        self._places = {one: f"c{at}" for at, one in reversed(list(enumerate(self.names)))}
        self._require_same_names()

    def batches(
        self, columns: Sequence[str], *, numbers: Collection[str] = (), limit: int | None = None
    ) -> Batches:
        """Return the rows in the order of the file, as cells of these columns.

        Cells of CSV and JSON are text, but for columns of `numbers`; those of Parquet have the
        type that the file gives them. A row with a cell of `numbers` that is no number is rejected.
        """
        places = {name: self._places[name] for name in columns}
        chosen = ", ".join(places.values()) or "NULL AS nothing"
        at_most = f" LIMIT {limit}" if limit is not None else ""
        chosen += ", torn" if self.file.kind is FileKind.JSON else ""
        queries = [
            f"SELECT {chosen} FROM {self._part_source(path, numbers, columns)}{at_most}"
            for path in self.file.parts
        ]
        is_whole = set(columns) == set(self.names) and not numbers
        return Batches(
            queries, list(places), limit, name=self._name, file=self.file,
            width=len(self.names), headers=self._header_lines, is_whole=is_whole,
        )  # fmt: skip

    @cached_property
    def dated(self) -> frozenset[str]:
        """The columns that the file itself has as dates, as a Parquet file may."""
        if self.file.kind is not FileKind.PARQUET:
            return frozenset()
        kinds = zip(self.names, parquet_types(self.file.parts[0], self._name), strict=True)
        return frozenset(name for name, kind in kinds if kind.startswith(DATE_TYPES))

    def source(self, columns: Sequence[str]) -> str:
        """Return the SQL of columns of the whole table, which are named c and their position."""
        chosen = ", ".join(self._places[name] for name in columns)
        rows = " WHERE torn IS NULL" if self.file.kind is FileKind.JSON else ""
        parts = (
            f"SELECT {chosen} FROM {self._part_source(path, (), columns)}{rows}"
            for path in self.file.parts
        )
        return f"({' UNION ALL '.join(parts)})"

    def _require_same_names(self) -> None:
        for path in self.file.parts[1:]:
            other = self._part_names[path]
            is_csv = self.file.kind is FileKind.CSV
            if other != self.names if is_csv else set(other) != set(self.names):
                strangers = sorted(set(other) ^ set(self.names)) or ["their order"]
                message = (
                    f"The files of {self._name} do not have the same columns: {path.name} differs "
                    f"in {', '.join(strangers[:5])}. Nothing was written."
                )
                raise InvalidData(message)

    def _names_of(self, path: Path) -> tuple[str, ...]:
        if self.file.kind is FileKind.CSV:
            header = _csv_header(path, self._form, self._name)
            self._header_lines += 1 + sum(name.count("\n") for name in header)
            return _named(header)
        if self.file.kind is FileKind.PARQUET:
            return parquet_names(path, self._name)
        self._json[path] = json_source(path, self._name)
        return self._json[path].names

    def _part_source(self, path: Path, numbers: Collection[str], columns: Sequence[str]) -> str:
        """Return the SQL of one file; some formats hold only those `columns` then."""
        if self.file.kind is FileKind.PARQUET:
            return parquet_rows(path, [self._places[one] for one in self._part_names[path]])
        if self.file.kind is FileKind.JSON:
            return self._json[path].rows({one: self._places[one] for one in columns})
        types = ", ".join(
            f"c{at}: '{'DOUBLE' if name in numbers else 'VARCHAR'}'"
            for at, name in enumerate(self.names)
        )
        return (
            f"read_csv({sql_text(str(path))}, auto_detect=false, header=true, "
            f"compression='none', store_rejects=true, delim={sql_text(self._form.delimiter)}, "
            f"quote={sql_text(self._form.quote)}, escape={sql_text(self._form.quote)}, "
            f"columns={{{types}}})"
        )


def _csv_header(path: Path, form: FileFormat, name: str) -> list[str]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        head = file.read(LONGEST_HEADER)
    lines = io.StringIO(head, newline="")
    reader = csv.reader(
        itertools.dropwhile(lambda line: not line.strip(), lines),
        delimiter=form.delimiter,
        quotechar=form.quote or None,
        quoting=csv.QUOTE_MINIMAL if form.quote else csv.QUOTE_NONE,
    )
    try:
        header = next(reader)
    except (csv.Error, StopIteration) as error:
        message = f"{name} has no header that can be read ({error}). Nothing was written."
        raise InvalidData(message) from error
    if len(head) == LONGEST_HEADER and not lines.read(1):
        message = (
            f"{name} has a header of more than {LONGEST_HEADER:,} characters. Nothing was "
            "written. Shorten the names, or write the file as Parquet."
        )
        raise InvalidData(message)
    return header


def _named(header: Sequence[str]) -> tuple[str, ...]:
    names = (name.strip() for name in header)
    return tuple(name or f"{UNNAMED}{at}" for at, name in enumerate(names, start=1))
