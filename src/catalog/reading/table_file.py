"""Table file: the columns of a raw file, its rows as batches of cells, and the rows set aside.

DuckDB reads them: CSV in any dialect, JSON, JSON Lines and Parquet, streamed.
"""

import csv
import itertools
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import duckdb
import polars as pl

from catalog.reading.plain_file import FileKind, PlainFile
from foundation.errors import InvalidData
from fraud.data.formats import FileFormat
from fraud.data.validation import UNNAMED

MEMORY = "400MB"  # of DuckDB's own buffers
BATCH_ROWS = 50_000
LONGEST_HEADER = 1 << 20  # characters
SHOWN_CHARACTERS = 10_000
DATE_TYPES = ("DATE", "TIMESTAMP")  # of DuckDB; TIMESTAMP WITH TIME ZONE is one
REASONS = {
    "MISSING COLUMNS": "too few fields",
    "TOO MANY COLUMNS": "too many fields",
    "UNQUOTED VALUE": "quotes that do not match",
    "LINE SIZE OVER MAXIMUM": "a line that is too long",
    "INVALID ENCODING": "text that is not UTF-8",
}


@dataclass(frozen=True)
class Reject:
    """A row that could not be divided into fields; `row` counts from 1 below the header.

    `spans_lines` is whether line ends are inside it, as behind a quote that is not closed.
    """

    row: int
    reason: str
    detail: str
    text: str
    spans_lines: bool


class TableFile:
    """A raw file that is open for reading.

    `names` are the columns in the order of the file. A column without a name is called
    `unnamed_1` and so on, by its position.
    """

    def __init__(self, file: PlainFile, form: FileFormat, *, name: str) -> None:
        self.file, self._form, self._name = file, form, name
        self.names = self._names_of(file.parts[0])
        self._require_same_names()

    def batches(
        self, columns: Sequence[str], *, numbers: Collection[str] = (), limit: int | None = None
    ) -> "Batches":
        """Return the rows in the order of the file, as cells of these columns.

        Cells of CSV and JSON are text, but for columns of `numbers`; those of Parquet have the
        type that the file gives them. A row with a cell of `numbers` that is no number is rejected.
        """
        places = {name: f"c{self.names.index(name)}" for name in columns}
        chosen = ", ".join(places.values()) or "NULL AS nothing"
        at_most = f" LIMIT {limit}" if limit is not None else ""
        queries = [
            f"SELECT {chosen} FROM {self._part_source(path, numbers)}{at_most}"
            for path in self.file.parts
        ]
        is_whole = set(columns) == set(self.names) and not numbers
        headers = sum(1 + name.count("\n") for name in self.names[:1]) * len(self.file.parts)
        return Batches(
            queries, list(places), limit, name=self._name, file=self.file, headers=headers,
            is_whole=is_whole,
        )  # fmt: skip

    @cached_property
    def dated(self) -> frozenset[str]:
        """The columns that the file itself has as dates, as a Parquet file may."""
        if self.file.kind is not FileKind.PARQUET:
            return frozenset()
        types = self._types_of(self.file.parts[0])
        return frozenset(name for name, kind in types.items() if kind.startswith(DATE_TYPES))

    def source(self) -> str:
        """Return the SQL of the whole table; its columns are named c0, c1, and so on."""
        parts = (f"SELECT * FROM {self._part_source(path, ())}" for path in self.file.parts)
        return f"({' UNION ALL '.join(parts)})"

    def _require_same_names(self) -> None:
        for path in self.file.parts[1:]:
            other = self._names_of(path)
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
            return _named(_csv_header(path, self._form, self._name))
        return tuple(self._types_of(path))

    def _types_of(self, path: Path) -> dict[str, str]:
        query = f"DESCRIBE SELECT * FROM {self._read_whole(path)}"
        return {str(row[0]): str(row[1]) for row in run_query(query, self._name)}

    def _read_whole(self, path: Path) -> str:
        if self.file.kind is FileKind.PARQUET:
            return f"read_parquet({sql_text(str(path))})"
        options = "sample_size=-1, maximum_object_size=16777216, compression='none'"
        return f"read_json({sql_text(str(path))}, {options})"

    def _part_source(self, path: Path, numbers: Collection[str]) -> str:
        renamed = ", ".join(f"{sql_name(name)} AS c{at}" for at, name in enumerate(self.names))
        if self.file.kind is FileKind.PARQUET:
            return f"(SELECT {renamed} FROM {self._read_whole(path)})"
        if self.file.kind is FileKind.JSON:
            types = ", ".join(f"{sql_text(name)}: 'VARCHAR'" for name in self.names)
            source = self._read_whole(path).replace("sample_size=-1", f"columns={{{types}}}")
            return f"(SELECT {renamed} FROM {source})"
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


class Batches:
    """The rows of one pass over a file, and, after the pass, its rejected rows.

    `is_complete` is whether every line of a CSV file was found in a row after the pass. Where cells
    span lines that were not read, it may be False although no row is lost.
    """

    def __init__(
        self,
        queries: list[str],
        names: list[str],
        limit: int | None,
        *,
        name: str,
        file: PlainFile,
        headers: int,
        is_whole: bool,
    ) -> None:
        self._queries, self._names, self._limit = queries, names, limit
        self._name, self._file, self._is_whole = name, file, is_whole
        self._lines = headers
        self.rejects: list[Reject] = []
        self.is_complete = True

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """Yield tables of at most BATCH_ROWS rows; InvalidData where the file cannot be read."""
        self.rejects, before = [], 0  # rows of the parts that were read
        lines = self._lines
        for query in self._queries:
            read = 0
            with connect() as connection:
                try:
                    for table in self._part(connection, query):
                        read += table.height
                        lines += table.height + _line_ends(table)
                        yield table
                    if self._file.kind is FileKind.CSV:
                        rejects = _rejects(connection)
                        read += len(rejects)
                        lines += sum(1 + one.text.count("\n") for one in rejects)
                        self.rejects += [replace(one, row=one.row + before) for one in rejects]
                except duckdb.Error as error:
                    raise _unreadable(self._name, error) from error
            before += read
            if self._limit is not None and before >= self._limit:
                return
        if self._limit is None and self._file.kind is FileKind.CSV:
            self._account(lines)

    def _account(self, lines: int) -> None:
        """Raise InvalidData where lines of the file are in no row, neither a good one nor a bad."""
        self.is_complete = lines >= self._file.lines
        if self.is_complete or not (self._is_whole or not self._file.has_quotes):
            return
        lost = self._file.lines - lines
        torn = next((one for one in self.rejects if one.reason == REASONS["UNQUOTED VALUE"]), None)
        cause = "a line may be longer than 32 MB"
        if torn is not None:
            cause = (
                f"a quote in row {torn.row:,} is not closed, and takes the rows after it for one "
                "cell. If the file ends there, it was cut off: get it again. Otherwise double or "
                "remove that quote, or, where quotes mean nothing in this file, describe it with "
                'quote: ""'
            )
        message = (
            f"{self._name}: {lost:,} of {self._file.lines:,} lines are in no row; {cause}. Nothing "
            "was written."
        )
        raise InvalidData(message)

    def _part(self, connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[pl.DataFrame]:
        for batch in connection.sql(query).to_arrow_reader(BATCH_ROWS):
            table = pl.from_arrow(batch)
            assert isinstance(table, pl.DataFrame)
            table.columns = self._names or table.columns
            yield table.select(self._names)


def _line_ends(table: pl.DataFrame) -> int:
    """Return the number of line ends inside the cells of text."""
    texts = [name for name, kind in table.schema.items() if kind == pl.String]
    if not texts:
        return 0
    counts = table.select(pl.col(name).str.count_matches("\n", literal=True) for name in texts)
    return int(counts.sum().sum_horizontal().item() or 0)


def connect() -> duckdb.DuckDBPyConnection:
    """Return a connection to an empty database in memory, which fetches and writes nothing."""
    connection = duckdb.connect(
        config={
            "memory_limit": MEMORY,
            "autoinstall_known_extensions": "false",
            "preserve_insertion_order": "true",
        }
    )
    connection.execute("SET enable_progress_bar = false")  # progress is this product's to show
    return connection


def run_query(query: str, name: str) -> list[tuple[object, ...]]:
    """Return the rows of a small result; InvalidData names the file where DuckDB cannot read it."""
    with connect() as connection:
        try:
            return connection.sql(query).fetchall()
        except duckdb.Error as error:
            raise _unreadable(name, error) from error


def sql_text(text: str) -> str:
    """Return the text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def sql_name(name: str) -> str:
    """Return the name as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def _csv_header(path: Path, form: FileFormat, name: str) -> list[str]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        head = file.read(LONGEST_HEADER)
    lines = itertools.dropwhile(lambda line: not line.strip(), head.splitlines(keepends=True))
    reader = csv.reader(
        lines,
        delimiter=form.delimiter,
        quotechar=form.quote or None,
        quoting=csv.QUOTE_MINIMAL if form.quote else csv.QUOTE_NONE,
    )
    try:
        return next(reader)
    except (csv.Error, StopIteration) as error:
        message = f"{name} has no header that can be read ({error}). Nothing was written."
        raise InvalidData(message) from error


def _named(header: Sequence[str]) -> tuple[str, ...]:
    names = (name.strip() for name in header)
    return tuple(name or f"{UNNAMED}{at}" for at, name in enumerate(names, start=1))


def _rejects(connection: duckdb.DuckDBPyConnection) -> list[Reject]:
    rows = connection.sql(
        "SELECT line, error_type, error_message, csv_line FROM reject_errors ORDER BY line"
    ).fetchall()
    rejects = []
    for line, group in itertools.groupby(rows, key=lambda row: row[0]):
        errors = list(group)
        _, kind, detail, text = errors[0]
        reason = REASONS.get(str(kind), "a missing or unreadable number")
        shown = str(text or "").lstrip("\r\n")[:SHOWN_CHARACTERS]
        sentence, spans_lines = _sentence(str(kind), str(detail)), "\n" in shown
        rejects.append(Reject(int(line) - 1, reason, sentence, shown.rstrip(), spans_lines))
    return rejects


def _sentence(kind: str, detail: str) -> str:
    """Return what is wrong with a row, in the words of this product."""
    if counts := re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", detail):
        expected, found = counts.groups()
        fields = "1 field" if found == "1" else f"{found} fields"
        return f"it has {fields}, the header {expected}"
    return {
        "UNQUOTED VALUE": "its quotes do not match",
        "INVALID ENCODING": "it is not text in UTF-8",
    }.get(kind, detail)


def _unreadable(name: str, error: duckdb.Error) -> InvalidData:
    first = str(error).partition("\n")[0]
    return InvalidData(
        f"{name} cannot be read as it is described: {first} Nothing was written. Correct the "
        "file, or its description in params/data/."
    )
