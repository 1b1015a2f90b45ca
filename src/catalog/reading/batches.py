"""Batches: the rows of a query over a raw file, its rejected rows, and the lines in neither."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import duckdb
import polars as pl

from catalog.reading.file_kind import FileKind
from catalog.reading.plain_file import PlainFile
from foundation.errors import InvalidData

MEMORY = "400MB"  # of DuckDB's own buffers
BATCH_ROWS = 50_000
SHOWN_CHARACTERS = 10_000
REASONS = {
    "MISSING COLUMNS": "too few fields",
    "TOO MANY COLUMNS": "too many fields",
    "UNQUOTED VALUE": "quotes that do not match",
    "LINE SIZE OVER MAXIMUM": "a line that is too long",
    "INVALID ENCODING": "text that is not UTF-8",
}
# What DuckDB puts before and into its sentences, and people can do without.
PREFIX = re.compile(r"^(?:[A-Z]\w*(?: [A-Z]?\w*)* Error: )+")
PATH = re.compile(r"""["']?/[^"':\s]+["']?""")


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
        "LINE SIZE OVER MAXIMUM": "it is longer than 2 MB",
    }.get(kind, detail)


def _unreadable(name: str, error: duckdb.Error) -> InvalidData:
    if isinstance(error, duckdb.OutOfMemoryException):
        return InvalidData(
            f"{name} has so many columns, or such long cells, that its rows do not fit into "
            f"{MEMORY}. Nothing was written. Leave out columns, or write the file as Parquet."
        )
    first = PREFIX.sub("", str(error).partition("\n")[0])
    return InvalidData(
        f"{name} cannot be read: {PATH.sub('the file', first).strip()} Nothing was written. It may "
        "be cut off or damaged: get it again, whole; or its description in params/data/ is wrong."
    )
