"""Batches: the rows of a query over a raw file, its rejected rows, and the lines in neither."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl

from catalog.reading.connection import connect, unreadable_by
from catalog.reading.file_kind import FileKind
from catalog.reading.plain_file import PlainFile
from catalog.reading.rejects import REASONS, Reject, csv_rejects, json_rejects
from foundation.errors import InvalidData

BATCH_ROWS = 50_000
BATCH_CELLS = 20_000_000  # in memory at once: rows of many columns come in smaller batches
FEWEST_ROWS = 2_048  # of a batch, as DuckDB reads them


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
        width: int,
        headers: int,
        is_whole: bool,
    ) -> None:
        self._queries, self._names, self._limit = queries, names, limit
        self._name, self._file, self._is_whole = name, file, is_whole
        self._lines, self._width = headers, width
        self.rejects: list[Reject] = []
        self.is_complete = True

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """Yield tables of at most BATCH_ROWS rows, fewer of wide tables.

        Raises:
            InvalidData: The file cannot be read, or lines of it are in no row.
        """
        self.rejects, before = [], 0  # rows of the parts that were read
        lines = self._lines
        for query, path in zip(self._queries, self._file.parts, strict=True):
            part = _Part(path, self._file.kind)
            with connect(self._width) as connection:
                try:
                    for table in self._tables(connection, query):
                        rows = part.rows(table)
                        lines += rows.height + _line_ends(rows)
                        yield rows.select(self._names)
                    rejects = part.rejects(connection)
                except duckdb.Error as error:
                    raise unreadable_by(self._name, error, columns=self._width) from error
            lines += sum(1 + one.text.count("\n") for one in rejects)
            self.rejects += [replace(one, row=one.row + before) for one in rejects]
            before += part.good_rows + len(rejects)
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

    def _tables(self, connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[pl.DataFrame]:
        rows = min(BATCH_ROWS, max(FEWEST_ROWS, BATCH_CELLS // max(self._width, 1)))
        for batch in connection.sql(query).to_arrow_reader(rows):
            table = pl.from_arrow(batch)
            assert isinstance(table, pl.DataFrame)
            table.columns = [*self._names, *table.columns[len(self._names) :]]
            yield table


class _Part:
    """The rows of one file of a table that were read, and those that are none."""

    def __init__(self, path: Path, kind: FileKind) -> None:
        self._path, self._kind = path, kind
        self._torn: list[tuple[int, str]] = []
        self.good_rows = 0

    def rows(self, table: pl.DataFrame) -> pl.DataFrame:
        """Return the good rows of a batch; of JSON, the last column tells what is no row."""
        if self._kind is FileKind.JSON:
            torn, first = table.to_series(-1), self.good_rows + len(self._torn) + 1
            at = torn.is_not_null().arg_true().to_list()
            self._torn += [(first + row, torn[row]) for row in at]
            table = table.filter(torn.is_null()) if at else table
        self.good_rows += table.height
        return table

    def rejects(self, connection: duckdb.DuckDBPyConnection) -> list[Reject]:
        """Return the rows of the file that are none, after all of it was read."""
        if self._kind is FileKind.JSON:
            return json_rejects(self._torn, self._path)
        return csv_rejects(connection) if self._kind is FileKind.CSV else []


def _line_ends(table: pl.DataFrame) -> int:
    """Return the number of line ends inside the cells of text."""
    texts = [name for name, kind in table.schema.items() if kind == pl.String]
    if not texts:
        return 0
    counts = table.select(pl.col(name).str.count_matches("\n", literal=True) for name in texts)
    return int(counts.sum().sum_horizontal().item() or 0)
