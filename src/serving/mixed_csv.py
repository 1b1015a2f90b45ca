"""CSV rows of categorical or nullable columns, parsed to codes and NaN.

`parse_strict` with `cell` defines the format, as for numbers; `parse_mixed_fast` (polars) is used
when it accepts the body unchanged.
"""

import re
from collections.abc import Sequence
from functools import lru_cache, partial
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from fraud.data.arrays import Matrix
from fraud.scoring.model_columns import ModelColumns
from serving.csv_rows import DIGITS, WORTH_POLARS, field_fault, parse_strict, rows_from_csv
from serving.matrix import LARGEST_VALUE
from serving.mixed_cells import wrong_cell
from serving.rejection import clipped

if TYPE_CHECKING:
    import polars as pl

REPLACED = "\ufffd"  # stands where bytes were no UTF-8
FIGURE = re.compile(rf"[ \t]*[+-]?{DIGITS}[ \t]*", re.ASCII | re.IGNORECASE)


def rows_from_mixed_csv(body: bytes, columns: ModelColumns) -> Matrix:
    """Read what rows_from_csv reads, with texts and empty cells where the model takes them."""
    return rows_from_csv(
        body, columns.names, partial(_rows, columns=columns), texts=columns.categories
    )


def parse_mixed_fast(data: bytes, names: Sequence[str], columns: ModelColumns) -> Matrix | None:
    """Read the rows with polars; None where anything at all is unusual."""
    import polars as pl  # late, as in csv_rows

    if not _is_usual(data):
        return None
    schema = {name: pl.String if name in columns.categories else pl.Float64 for name in names}
    try:
        table = pl.read_csv(data, has_header=False, schema=schema, quote_char=None)
    except pl.exceptions.PolarsError:
        return None
    # Polars fills a row that is too short; what is in the law an error is a gap to it.
    if not table.height or data.count(b",") != table.height * (len(names) - 1):
        return None
    numbers = _numbers(table, columns)
    if numbers is None:
        return None
    matrix = numbers.to_numpy(order="c")
    return matrix if np.fmax.reduce(np.abs(matrix), axis=None) <= LARGEST_VALUE else None


def cell(field: str, row: int, column: str, *, columns: ModelColumns) -> float:
    """Read one cell; Rejected where the column does not take what is in it."""
    if not field.strip() and column in columns.optional:
        return nan
    if column in columns.categories:
        fault = _text_fault(field, columns.categories[column])
        number = columns.code(column, field)
    else:
        fault = field_fault(field)
        number = nan if fault else float(field)
    if fault:
        raise wrong_cell(fault, columns, row=row, column=column)
    return number


def _rows(data: bytes, names: Sequence[str], *, columns: ModelColumns) -> Matrix:
    matrix = parse_mixed_fast(data, names, columns) if len(data) >= WORTH_POLARS else None
    return parse_strict(data, names, partial(cell, columns=columns)) if matrix is None else matrix


def _text_fault(field: str, texts: tuple[str, ...]) -> str | None:
    """Say what is wrong with a text. A number is one only where known texts look like numbers."""
    if REPLACED in field:
        return f"is {clipped(field)!r}, not in UTF-8"
    if FIGURE.fullmatch(field) and not _hold_figures(texts):
        return f"is {clipped(field)!r}, a number"
    return None


@lru_cache(maxsize=256)
def _hold_figures(texts: tuple[str, ...]) -> bool:
    return any(map(FIGURE.fullmatch, texts))


def _is_usual(data: bytes) -> bool:
    """Whether polars reads such bytes as the law does.

    It unpacks what begins like gzip, zlib or zstd, however large it becomes; none of these begins
    with two characters that can be printed. And it drops the carriage return behind any text.
    """
    begins = data[:2].decode("ascii", errors="replace")
    if not (begins.isascii() and begins.isprintable()):
        return False
    is_torn = b"\r" in data and data.count(b"\r") != data.count(b"\r\n")
    return not is_torn and b'"' not in data and REPLACED.encode() not in data


def _numbers(table: "pl.DataFrame", columns: ModelColumns) -> "pl.DataFrame | None":
    """Give each text its code, and each gap NaN; None where the law might refuse a cell."""
    texts = [name for name in table.columns if name in columns.categories]
    needed = [name for name in table.columns if name not in columns.optional]
    if any(table[name].null_count() for name in needed):
        return None
    if any(table[name].is_nan().any() for name in table.columns if name not in texts):
        return None
    codes = [_codes(table[name], columns.categories[name]) for name in texts]
    if any(column is None for column in codes):
        return None
    return table.with_columns(column for column in codes if column is not None).fill_null(nan)


def _codes(cells: "pl.Series", texts: tuple[str, ...]) -> "pl.Series | None":
    import polars as pl

    codes = np.arange(len(texts), dtype=np.float64)
    found = cells.replace_strict(texts, codes, default=None, return_dtype=pl.Float64)
    strangers = cells.filter(found.is_null() & cells.is_not_null()).unique()
    faults = (_text_fault(text, texts) for text in strangers if text.strip())
    return None if any(faults) else found
