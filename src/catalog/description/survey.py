"""Survey: counts of every column of a file, over all its rows, and a sample of them."""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from catalog.reading.connection import run_query
from catalog.reading.file_kind import FileKind
from catalog.reading.table_file import TableFile
from foundation.card_numbers import masked_card_numbers
from foundation.errors import InvalidData
from fraud.data.text_cells import trimmed_cells

SAMPLED_ROWS = 20_000
MOST_ROWS = 5_000_000  # beyond these the counts are of the first rows only
COLUMNS_AT_ONCE = 200  # the counts of more columns would not fit into DuckDB's memory
NUMBER = re.compile(r"[-+]?\d*[.,]?\d+([eE][-+]?\d+)?")
SHOWN_VALUES = 4
SHOWN_CHARACTERS = 24


@dataclass(frozen=True)
class ColumnSurvey:
    """One column: counts over all rows, and the trimmed cells of a sample that are not empty.

    `numbers` is the count of cells that are plain numbers, from `low` to `high`; `distinct` is
    approximate beyond some thousands.
    """

    name: str
    rows: int
    filled: int
    distinct: int
    numbers: int
    low: float | None
    high: float | None
    cells: list[str] = field(repr=False)  # there may be card numbers among them
    is_nested: bool = False  # lists or records, as JSON and Parquet may hold

    @property
    def missing(self) -> int:
        """The number of empty cells."""
        return self.rows - self.filled

    @property
    def is_number(self) -> bool:
        """Whether every cell that is not empty is a plain number."""
        return 0 < self.filled == self.numbers

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each value is in the sample."""
        return Counter(self.cells)

    @property
    def examples(self) -> tuple[str, ...]:
        """A few values, the commonest first, cut to a length that can be shown, cards masked."""
        common = (masked_card_numbers(one) for one, _ in self.counts.most_common(SHOWN_VALUES))
        return tuple(
            value if len(value) <= SHOWN_CHARACTERS else value[: SHOWN_CHARACTERS - 1] + "…"
            for value in map(_printable, common)
        )


@dataclass(frozen=True)
class FileSurvey:
    """A whole file: its rows, and its columns in their order; `seen` rows were counted."""

    table: TableFile
    name: str
    rows: int
    columns: tuple[ColumnSurvey, ...]
    sample: pl.DataFrame = field(repr=False)

    @cached_property
    def by_name(self) -> dict[str, ColumnSurvey]:
        return {column.name: column for column in self.columns}

    @property
    def sampled_duplicates(self) -> int:
        """The number of rows of the sample that repeat an earlier one."""
        return self.sample.height - self.sample.unique().height


def _printable(text: str) -> str:
    """Return the text without what a terminal would take for a command."""
    return "".join(one if one.isprintable() else "\ufffd" for one in text)


def survey_file(table: TableFile, name: str) -> FileSurvey:
    """Count the columns of a file.

    Raises:
        InvalidData: The file has no rows, no header, or a name twice.
    """
    if all(NUMBER.fullmatch(one) for one in table.names):
        message = (
            f"{name} has no header: its first line holds numbers only ({', '.join(table.names[:5])}"
            "…). Nothing was described. Write the names of the columns into a line above."
        )
        raise InvalidData(message)
    repeated = sorted({one for one in table.names if table.names.count(one) > 1})
    if repeated:
        message = (
            f"{name} names these columns twice: {', '.join(repeated)}. Nobody can say which is "
            "meant; rename them in the header. Nothing was described."
        )
        raise InvalidData(message)
    batches = table.batches(table.names, limit=SAMPLED_ROWS)
    tables = list(batches)
    if not sum(one.height for one in tables):
        torn = "".join(f" (row {one.row:,}: {one.detail})" for one in batches.rejects[:1])
        message = f"{name} has a header and no rows that can be read{torn}. Nothing was described."
        raise InvalidData(message)
    sample = pl.concat(tables)
    nested = {one for one, kind in sample.schema.items() if kind.is_nested() or kind == pl.Binary}
    sample = sample.select(_as_text(column, kind) for column, kind in sample.schema.items())
    rows, counts = _counts(table, name)
    columns = []
    for column, (filled, distinct, numbers, low, high) in zip(table.names, counts, strict=True):
        cells = sample[column].drop_nulls().to_list()
        exact = len(set(cells)) if rows <= SAMPLED_ROWS else distinct
        columns.append(
            ColumnSurvey(column, rows, filled, exact, numbers, low, high, cells, column in nested)
        )
    return FileSurvey(table, name, rows, tuple(columns), sample)


def _as_text(column: str, kind: pl.DataType) -> pl.Expr:
    cells = pl.col(column)
    if kind.is_float():  # 3 and not 3.0, as CSV would have it
        whole = cells.cast(pl.Int64, strict=False)
        shown = pl.when(whole.cast(kind) == cells).then(whole.cast(pl.String))
        text = shown.otherwise(cells.cast(pl.String))
    elif kind.is_nested() or kind == pl.Binary:
        text = cells.map_batches(_shown, return_dtype=pl.String)
    elif isinstance(kind, pl.Datetime):
        text = cells.dt.to_string("iso:strict")
    else:
        text = cells.cast(pl.String)
    trimmed = trimmed_cells(text)
    return pl.when(trimmed != "").then(trimmed).alias(column)


def _shown(values: pl.Series) -> pl.Series:
    texts = (None if value is None else str(value) for value in values.to_list())
    return pl.Series(values.name, texts, dtype=pl.String)


def _counts(
    table: TableFile, name: str
) -> tuple[int, list[tuple[int, int, int, float | None, float | None]]]:
    """Return the number of rows, and filled, distinct, numbers, low and high of each column."""
    counted: list[tuple[int, int, int, float | None, float | None]] = []
    rows = 0
    for start in range(0, len(table.names), COLUMNS_AT_ONCE):
        places = range(start, min(start + COLUMNS_AT_ONCE, len(table.names)))
        rows, some = _counts_of(table, places, name)
        counted += some
    return rows, counted


def _counts_of(
    table: TableFile, places: range, name: str
) -> tuple[int, list[tuple[int, int, int, float | None, float | None]]]:
    parts = []
    for at in places:
        text = f"nullif(c{at}::VARCHAR, '')"
        number = f"try_cast({text} AS DOUBLE)"
        if table.file.kind is FileKind.PARQUET:
            number = f"try_cast(c{at} AS DOUBLE)"
        parts.append(
            f"count({text}), approx_count_distinct({text}), count({number}), min({number}), "
            f"max({number})"
        )
    columns = [table.names[at] for at in places]
    source = f"(SELECT * FROM {table.source(columns)} LIMIT {MOST_ROWS})"
    ((rows, *flat),) = run_query(
        f"SELECT count(*), {', '.join(parts)} FROM {source}", name, columns=len(table.names)
    )
    grouped = [tuple(flat[at : at + 5]) for at in range(0, len(flat), 5)]
    return int(str(rows)), grouped  # type: ignore[return-value]
