"""CSV rows: the numbers, codes and gaps in a body of text/csv, or the row and column that is wrong.

`parse_strict` defines the format and names the wrong cell; `serving.csv_fast.parse_fast` is used
for larger bodies, where it accepts the body unchanged.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from math import nan

import numpy as np

from fraud.data.arrays import Matrix
from fraud.data.text_cells import trimmed
from fraud.scoring.model_columns import ModelColumns
from serving.cells import cell_fault, field_fault, is_like_a_number, text_fault, wrong_cell
from serving.columns import require_columns
from serving.csv_fast import parse_fast
from serving.rejection import Rejected

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
WORTH_POLARS = 8_192  # bytes; below, its threads cost more than they save


def rows_from_csv(body: bytes, columns: ModelColumns) -> Matrix:
    """Return the rows in the order of the model's columns.

    The columns may stand in any order under a header that names them, and in the model's order
    without a header. Text stands for its code, and an empty cell is missing, where the column takes
    that.

    Raises:
        Rejected: A row or cell is wrong; it says which.
    """
    body = body.removeprefix(BYTE_ORDER_MARK)
    first, rest = _first_record(body)
    header = header_in(first, columns)
    if header is None:
        return _parse(body, columns.names, columns)
    require_columns(header, columns.names)
    matrix = _parse(rest, header, columns)
    if tuple(header) == columns.names:
        return matrix
    return np.ascontiguousarray(matrix[:, [header.index(name) for name in columns.names]])


def _first_record(body: bytes) -> tuple[bytes, bytes]:
    """Cut a body behind its first record, which may hold line ends in quotes."""
    end, quotes = body.find(b"\n"), 0
    start = 0
    while end >= 0:
        quotes += body.count(b'"', start, end)
        if quotes % 2 == 0:
            return body[:end], body[end + 1 :]
        start, end = end, body.find(b"\n", end + 1)
    first, _, rest = body.partition(b"\n")  # a stray quote
    return first, rest


def header_in(line: bytes, columns: ModelColumns) -> list[str] | None:
    """Return the names in the first line; None when it is a row.

    A row with one bad cell is still a row: a line of numbers and strangers is no header. Nor is one
    of numbers wherever no category stands, whatever names are in the categories.
    """
    try:
        fields = [trimmed(field) for field in _fields(line.decode(errors="replace"))]
    except csv.Error:
        return None
    like_numbers = [is_like_a_number(field) for field in fields]
    if all(like_numbers):
        return None
    names, texts = columns.names, columns.categories
    if len(fields) == len(names):
        cells = zip(like_numbers, names, strict=True)
        if all(is_number or name in texts for is_number, name in cells):
            return None
    return None if any(like_numbers) and not set(fields) & set(names) else fields


def parse_strict(data: bytes, names: Sequence[str], columns: ModelColumns) -> Matrix:
    """Return the rows below a header of these `names`; Rejected names the first wrong cell."""
    # A byte that is no UTF-8 becomes half a surrogate pair, which no text has.
    text = data.decode(errors="surrogateescape").rstrip("\r\n")
    if not text:
        message = "A request needs at least one row, but there is none below the header."
        raise Rejected(message)
    records = enumerate(_records(text.split("\n")), start=1)
    rows = [_row(record, names, number, columns) for number, record in records]
    return np.array(rows, dtype=np.float64)


def _parse(data: bytes, names: Sequence[str], columns: ModelColumns) -> Matrix:
    matrix = parse_fast(data, names, columns) if len(data) >= WORTH_POLARS else None
    return parse_strict(data, names, columns) if matrix is None else matrix


def _row(record: str, names: Sequence[str], number: int, columns: ModelColumns) -> list[float]:
    try:
        fields = _fields(record)
    except csv.Error as error:
        message = f"Row {number} is not CSV: {error}."
        raise Rejected(message, row=number) from error
    if len(fields) != len(names):
        found = f"row {number} has {len(fields)}" if fields else f"row {number} is empty"
        message = f"Every row must have {len(names)} values, but {found}."
        raise Rejected(message, row=number)
    cells = zip(fields, names, strict=True)
    return [_cell(field, columns, number, name) for field, name in cells]


def _cell(field: str, columns: ModelColumns, row: int, column: str) -> float:
    if column in columns.optional and not trimmed(field):
        return nan
    is_text = column in columns.categories
    fault = text_fault(field, columns.categories[column]) if is_text else field_fault(field)
    if not fault and not is_text:
        fault = cell_fault(float(trimmed(field)), column, columns)
    if fault:
        raise wrong_cell(fault, columns, row=row, column=column)
    return columns.code(column, field) if is_text else float(trimmed(field))


def _records(lines: Iterable[str]) -> Iterator[str]:
    """Join the lines of each record: a quoted field may hold line ends (RFC 4180)."""
    open_lines: list[str] = []
    for line in lines:
        open_lines.append(line)
        # Only a field that is not closed on its own line is continued: a quote may also be stray.
        if len(open_lines) == 1 and not _is_open(line):
            yield open_lines.pop()
        elif len(open_lines) > 1 and line.count('"') % 2:
            yield "\n".join(open_lines)
            open_lines = []
    if open_lines:
        yield open_lines[0]


def _is_open(line: str) -> bool:
    if line.count('"') % 2 == 0:
        return False
    try:
        _fields(line)
    except csv.Error:
        return True
    return False


def _fields(record: str) -> list[str]:
    record = record.removesuffix("\r")
    if not record:
        return []
    if '"' not in record:
        return record.split(",")
        # Not splitlines(): what else it calls a line end is text here.
    return next(csv.reader([f"{line}\n" for line in record.split("\n")], strict=True))
