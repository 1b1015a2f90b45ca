"""JSON rows: the numbers, codes and gaps in a body of application/json or application/jsonlines.

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

from fraud.data.arrays import Floats, Matrix
from fraud.data.value_laws import LARGEST_VALUE, NUMBERS, is_number, is_text
from fraud.scoring.model_columns import ModelColumns
from serving.cells import are_amounts, cell_fault, is_in_range, number_fault, wrong_cell
from serving.columns import require_columns
from serving.rejection import Rejected, clipped

SHAPES = (
    'a list of objects, one object, {"instances": [objects]}, or {"columns": [names], '
    '"data": [lists of values]}'
)


class Repeating(dict[str, Any]):
    """An object that was written with a name twice; which of its values counts nobody can tell."""

    names: list[str]


def rows_from_json(body: bytes, columns: ModelColumns) -> Matrix:
    """Return the rows of a document in any of SHAPES, in the order of the model's columns.

    Text stands for its code, and null is missing, where the column takes that.

    Raises:
        Rejected: The document, a row or a value is wrong; it says which.
    """
    document = _document(body)
    if isinstance(document, dict) and document.keys() == {"columns", "data"}:
        return _rows_of_table(document, columns)
    records = _records(document)
    # A text may hold a colon too: that costs time, and changes nothing.
    is_once = body.count(b":") == _colons(len(records), columns) + (document is not records)
    if is_once and _are_full(records, columns):
        return _rows_of_records(records, columns)
    return _rows_of_records(_records(_document_exactly(body)), columns)


def rows_from_json_lines(body: bytes, columns: ModelColumns) -> Matrix:
    """Return the rows of a body with one object a line; otherwise as rows_from_json."""
    lines = body.rstrip(b"\r\n").split(b"\n")
    if body.count(b":") == _colons(len(lines), columns):
        with suppress(orjson.JSONDecodeError):  # read again below, to say which line
            records = [orjson.loads(line) for line in lines]
            if _are_full(records, columns):
                return _rows_of_records(records, columns)
    records = [_line(line, row) for row, line in enumerate(lines, start=1)]
    return _rows_of_records(records, columns)


def _value_text(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return clipped(repr(value))


def _colons(rows: int, columns: ModelColumns) -> int:
    """How many colons stand in `rows` objects that name each column once.

    In objects of that size, any other number means a name twice, of which orjson would silently
    keep the last.
    """
    return rows * (len(columns.names) + sum(name.count(":") for name in columns.names))


def _are_full(records: list[Any], columns: ModelColumns) -> bool:
    """Return whether each record is an object with as many names as there are columns."""
    count = len(columns.names)
    return all(type(record) is dict and len(record) == count for record in records)


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
        message = f"The JSON must be {SHAPES}, but it is {_value_text(document)}."
        raise Rejected(message)
    return document


def _rows_of_records(records: list[Any], columns: ModelColumns) -> Matrix:
    names = columns.names
    if _are_full(records, columns):  # and then every name: nothing is left to require
        with suppress(KeyError):
            return _matrix(list(map(_picker(names), records)), names, columns)
    _require_records(records, columns)
    return _matrix([list(map(record.get, names)) for record in records], names, columns)


def _picker(columns: tuple[str, ...]) -> Callable[[dict[str, Any]], Sequence[Any]]:
    """Return what reads the values of a record in the order of the columns, fast."""
    return itemgetter(*columns) if len(columns) > 1 else lambda record: (record[columns[0]],)


def _require_records(records: list[Any], columns: ModelColumns) -> None:
    expected = set(columns.names)
    for row, record in enumerate(records, start=1):
        if not isinstance(record, dict):
            found = f"row {row} is {_value_text(record)}"
            message = f"Every row must be an object with the columns of the model, but {found}."
            raise Rejected(message, row=row)
        # A value that may be missing may also be left out.
        left_out = columns.optional - record.keys()
        needed = [name for name in columns.names if name not in left_out]
        if isinstance(record, Repeating):
            require_columns(record.names, needed, row=row)
        if record.keys() != expected - left_out:
            require_columns(list(record), needed, row=row)


def _rows_of_table(document: dict[str, Any], columns: ModelColumns) -> Matrix:
    names, data = document["columns"], document["data"]
    if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        message = f'"columns" must be a list of names, but it is {_value_text(names)}.'
        raise Rejected(message)
    if not isinstance(data, list):
        message = f'"data" must be a list of rows, but it is {_value_text(data)}.'
        raise Rejected(message)
    require_columns(names, columns.names)
    for row, values in enumerate(data, start=1):
        if not (isinstance(values, list) and len(values) == len(names)):
            found = f"{len(values)} values" if isinstance(values, list) else _value_text(values)
            message = f"Every row must be a list of {len(names)} values, but row {row} is {found}."
            raise Rejected(message, row=row)
    matrix = _matrix(data, names, columns)
    return np.ascontiguousarray(matrix[:, [names.index(name) for name in columns.names]])


def _matrix(rows: Sequence[Sequence[Any]], names: Sequence[str], columns: ModelColumns) -> Matrix:
    if not rows:
        message = "A request needs at least one row, but the list is empty."
        raise Rejected(message)
    if not columns.categories and set(map(type, chain.from_iterable(rows))) <= NUMBERS:
        matrix = np.array(rows, dtype=np.float64)  # in one piece, where every value is a number
        amount = columns.roles.amount
        if is_in_range(matrix) and (
            amount is None or are_amounts(matrix[:, list(names).index(amount)], columns)
        ):
            return matrix
    numbers = [
        _numbers(values, name, columns)
        for name, values in zip(names, zip(*rows, strict=True), strict=True)
    ]
    if any(column is None for column in numbers):
        raise next(_wrong_cells(rows, names, columns))
    return np.column_stack([column for column in numbers if column is not None])


def _numbers(values: Sequence[Any], name: str, columns: ModelColumns) -> Floats | None:
    """Return the numbers that stand for the values of a column; None where a value is wrong."""
    kinds = set(map(type, values)) - ({type(None)} if name in columns.optional else set())
    if name in columns.categories:
        is_right = kinds <= {str} and all(value is None or is_text(value) for value in set(values))
        return np.array([columns.code(name, text) for text in values]) if is_right else None
    if not kinds <= NUMBERS:
        return None
    numbers = np.array(values, dtype=np.float64)  # NaN for None
    is_missing = np.array([value is None for value in values])
    if name == columns.roles.amount and not are_amounts(numbers, columns):
        return None
    return numbers if (is_missing | (np.abs(numbers) <= LARGEST_VALUE)).all() else None


def _wrong_cells(
    rows: Sequence[Sequence[Any]], names: Sequence[str], columns: ModelColumns
) -> Iterator[Rejected]:
    for row, values in enumerate(rows, start=1):
        for name, value in zip(names, values, strict=True):
            if fault := _fault(value, name, columns):
                yield wrong_cell(fault, columns, row=row, column=name)


def _fault(value: Any, name: str, columns: ModelColumns) -> str | None:
    if value is None and name in columns.optional:
        return None
    if name in columns.categories:
        return None if is_text(value) else f"is {_value_text(value)}"
    # True is an int to Python, but not to us.
    if type(value) in NUMBERS:
        return cell_fault(float(value), name, columns) if is_number(value) else number_fault(value)
    return f"is {_value_text(value)}"
