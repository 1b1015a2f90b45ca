"""JSON rows: numbers out of application/json and application/jsonlines.

orjson reads what is right. What it refuses is read again by the standard library, which accepts
NaN, so that the complaint can name the row and column instead of a byte.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from operator import itemgetter
from typing import Any

import numpy as np
import orjson

from fraud.data.arrays import Matrix
from serving.columns import require_columns
from serving.matrix import is_in_range, what_is_wrong
from serving.rejection import Rejected, clipped, wrong_value

ToMatrix = Callable[[Sequence[Sequence[Any]], Sequence[str]], Matrix]

SHAPES = (
    'a list of objects, one object, {"instances": [objects]}, or {"columns": [names], '
    '"data": [lists of numbers]}'
)


class Repeating(dict[str, Any]):
    """An object that was written with a name twice; which of its values counts nobody can tell."""

    names: list[str]


def rows_from_json(
    body: bytes, columns: tuple[str, ...], to_matrix: ToMatrix | None = None
) -> Matrix:
    """Read rows in any of SHAPES; `to_matrix` is for rows of other than numbers."""
    document = _document(body)
    if isinstance(document, dict) and document.keys() == {"columns", "data"}:
        return _rows_of_table(document, columns, to_matrix or _matrix)
    records = _records(document)
    if body.count(b":") != _colons(len(records), columns) + (document is not records):
        records = _records(_document_exactly(body))
    return _rows_of_records(records, columns, to_matrix or _matrix)


def rows_from_json_lines(
    body: bytes, columns: tuple[str, ...], to_matrix: ToMatrix | None = None
) -> Matrix:
    """Read one object a line; `to_matrix` is for rows of other than numbers."""
    to_matrix = to_matrix or _matrix
    lines = body.rstrip(b"\r\n").split(b"\n")
    if body.count(b":") == _colons(len(lines), columns):
        with suppress(orjson.JSONDecodeError):  # read again below, to say which line
            return _rows_of_records([orjson.loads(line) for line in lines], columns, to_matrix)
    records = [_line(line, row) for row, line in enumerate(lines, start=1)]
    return _rows_of_records(records, columns, to_matrix)


def require_rows(rows: Sequence[Sequence[Any]]) -> None:
    if not rows:
        message = "A request needs at least one row, but the list is empty."
        raise Rejected(message)


def value_text(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return clipped(repr(value))


def _colons(rows: int, columns: tuple[str, ...]) -> int:
    """How many colons stand in `rows` objects that name each column once.

    Any other number means a name twice, of which orjson would silently keep the last.
    """
    return rows * (len(columns) + sum(name.count(":") for name in columns))


def _document(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _document_exactly(body)


def _document_exactly(body: bytes) -> Any:
    try:
        # Every number as float: an integer of 5,000 digits is one that Python refuses to read.
        return json.loads(body, parse_int=float, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        message = f"The body is not JSON: {error}."
        raise Rejected(message) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    repeating = Repeating(found)
    repeating.names = [name for name, _ in pairs]
    return repeating


def _line(line: bytes, row: int) -> Any:
    try:
        return _document_exactly(line)
    except Rejected as rejected:
        raise rejected.at_row(row) from rejected


def _records(document: Any) -> list[Any]:
    if isinstance(document, dict):
        document = document["instances"] if document.keys() == {"instances"} else [document]
    if not isinstance(document, list):
        message = f"The JSON must be {SHAPES}, but it is {value_text(document)}."
        raise Rejected(message)
    return document


def _rows_of_records(records: list[Any], columns: tuple[str, ...], to_matrix: ToMatrix) -> Matrix:
    # The kind and size of each, and then every name: nothing is left to require.
    if not all(type(record) is dict and len(record) == len(columns) for record in records):
        _require_records(records, columns)
    try:
        rows = list(map(_picker(columns), records))
    except KeyError:
        _require_records(records, columns)
        raise
    return to_matrix(rows, columns)


def _picker(columns: tuple[str, ...]) -> Callable[[dict[str, Any]], Sequence[Any]]:
    """Return what reads the values of a record in the order of the columns, fast."""
    return itemgetter(*columns) if len(columns) > 1 else lambda record: (record[columns[0]],)


def _require_records(records: list[Any], columns: tuple[str, ...]) -> None:
    expected = set(columns)
    for row, record in enumerate(records, start=1):
        if not isinstance(record, dict):
            found = f"row {row} is {value_text(record)}"
            message = f"Every row must be an object with the columns of the model, but {found}."
            raise Rejected(message, row=row)
        if isinstance(record, Repeating):
            require_columns(record.names, columns, row=row)
        if record.keys() != expected:
            require_columns(list(record), columns, row=row)


def _rows_of_table(
    document: dict[str, Any], columns: tuple[str, ...], to_matrix: ToMatrix
) -> Matrix:
    names, data = document["columns"], document["data"]
    if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        message = f'"columns" must be a list of names, but it is {value_text(names)}.'
        raise Rejected(message)
    if not isinstance(data, list):
        message = f'"data" must be a list of rows, but it is {value_text(data)}.'
        raise Rejected(message)
    require_columns(names, columns)
    for row, values in enumerate(data, start=1):
        if not (isinstance(values, list) and len(values) == len(names)):
            found = f"{len(values)} values" if isinstance(values, list) else value_text(values)
            message = f"Every row must be a list of {len(names)} numbers, but row {row} is {found}."
            raise Rejected(message, row=row)
    matrix = to_matrix(data, names)
    return np.ascontiguousarray(matrix[:, [names.index(name) for name in columns]])


def _matrix(rows: Sequence[Sequence[Any]], names: Sequence[str]) -> Matrix:
    require_rows(rows)
    if set(map(type, chain.from_iterable(rows))) <= {float, int}:
        matrix = np.array(rows, dtype=np.float64)
        if is_in_range(matrix):
            return matrix
    raise next(_wrong_values(rows, names))


def _wrong_values(rows: Sequence[Sequence[Any]], names: Sequence[str]) -> Iterator[Rejected]:
    for row, values in enumerate(rows, start=1):
        for name, value in zip(names, values, strict=True):
            is_number = type(value) in (float, int)  # True is an int to Python, but not to us
            wrong = what_is_wrong(value) if is_number else f"is {value_text(value)}"
            if wrong:
                yield wrong_value(wrong, row=row, column=name)
