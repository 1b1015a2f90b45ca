"""CSV rows: numbers out of text/csv, or the row and column that is none.

`parse_strict` defines the format and names the bad cell; `parse_fast` (polars, 20 times as fast) is
used when it accepts the body unchanged.
"""

import csv
import re
from collections.abc import Callable, Collection, Sequence

import numpy as np

from fraud.data.arrays import Matrix
from serving.columns import require_columns
from serving.matrix import is_in_range, what_is_wrong
from serving.rejection import Rejected, clipped, wrong_value

ReadRows = Callable[[bytes, Sequence[str]], Matrix]
ReadCell = Callable[[str, int, str], float]  # of a text, in a row and a column

# What a CSV may hold where a number belongs. Not everything that Python's float() takes: 1_0, ١.
DIGITS = r"(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?"
NUMBER = re.compile(rf"[ \t]*[+-]?(?:{DIGITS}|nan|inf|infinity)[ \t]*", re.ASCII | re.IGNORECASE)
NUMBERS_BEGIN = {bytes([byte]) for byte in b"0123456789+-."}
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
WORTH_POLARS = 8_192  # bytes; below, its threads cost more than they save


def rows_from_csv(
    body: bytes,
    columns: tuple[str, ...],
    read: ReadRows | None = None,
    *,
    texts: Collection[str] = (),
) -> Matrix:
    """Read rows under a header with the model's columns in any order, or without a header in the
    model's order. Where other than numbers are in them, `read` reads, and `texts` have text."""
    read = read or _numbers
    body = body.removeprefix(BYTE_ORDER_MARK)
    first, _, rest = body.partition(b"\n")
    header = header_in(first, columns, texts)
    if header is None:
        return read(body, columns)
    require_columns(header, columns)
    matrix = read(rest, header)
    if tuple(header) == columns:
        return matrix
    return np.ascontiguousarray(matrix[:, [header.index(name) for name in columns]])


def header_in(line: bytes, columns: Sequence[str], texts: Collection[str] = ()) -> list[str] | None:
    """Read the names in the first line; None when it is a row.

    A row with one bad cell is still a row: a line of numbers and strangers is no header. Nor is one
    of numbers wherever no column of `texts` stands, whatever names are in those.
    """
    try:
        fields = [field.strip() for field in _fields(line.decode(errors="replace"))]
    except csv.Error:
        return None
    if texts and len(fields) == len(columns):
        cells = zip(fields, columns, strict=True)
        if all(_is_like_a_number(field) for field, name in cells if name not in texts):
            return None
    values = [field for field in fields if _is_like_a_number(field)]
    if len(values) == len(fields) or (values and not set(fields) & set(columns)):
        return None
    return fields


def parse_fast(data: bytes, names: Sequence[str]) -> Matrix | None:
    """Read the rows with polars; None where anything at all is unusual."""
    import polars as pl  # a fifth of a second that a container need not pay before it is healthy

    # Polars unpacks what begins like gzip, zlib or zstd, however large it becomes.
    if data[:1] not in NUMBERS_BEGIN or b'"' in data:
        return None
    schema = dict.fromkeys(names, pl.Float64)
    try:
        table = pl.read_csv(data, has_header=False, schema=schema, quote_char=None)
    except pl.exceptions.PolarsError:
        return None
    if any(column.null_count() for column in table):
        return None
    matrix = table.to_numpy(order="c")
    return matrix if is_in_range(matrix) else None


def parse_strict(data: bytes, names: Sequence[str], read: ReadCell | None = None) -> Matrix:
    """Read the rows one by one, each cell with `read`; Rejected names the first wrong one."""
    lines = data.decode(errors="replace").rstrip("\r\n").split("\n")
    if lines == [""]:
        message = "A request needs at least one row, but there is none below the header."
        raise Rejected(message)
    read = read or _value
    rows = [_row(line, names, number, read) for number, line in enumerate(lines, start=1)]
    return np.array(rows, dtype=np.float64)


def _numbers(data: bytes, names: Sequence[str]) -> Matrix:
    matrix = parse_fast(data, names) if len(data) >= WORTH_POLARS else None
    return parse_strict(data, names) if matrix is None else matrix


def field_fault(field: str) -> str | None:
    """Say what keeps a field from being a number to score; None when nothing does."""
    if NUMBER.fullmatch(field) is None:
        return f"is {clipped(field)!r}" if field.strip() else "is empty"
    return what_is_wrong(float(field))


def _row(line: str, names: Sequence[str], number: int, read: ReadCell) -> list[float]:
    try:
        fields = _fields(line)
    except csv.Error as error:
        message = f"Row {number} is not CSV: {error}."
        raise Rejected(message, row=number) from error
    if len(fields) != len(names):
        found = f"row {number} has {len(fields)}" if fields else f"row {number} is empty"
        message = f"Every row must have {len(names)} values, but {found}."
        raise Rejected(message, row=number)
    return [read(field, number, name) for field, name in zip(fields, names, strict=True)]


def _fields(line: str) -> list[str]:
    line = line.removesuffix("\r")
    if not line:
        return []
    return next(csv.reader([line], strict=True)) if '"' in line else line.split(",")


def _value(field: str, row: int, column: str) -> float:
    if fault := field_fault(field):
        raise wrong_value(fault, row=row, column=column)
    return float(field)


def _is_like_a_number(field: str) -> bool:
    return not field.strip() or NUMBER.fullmatch(field) is not None
