"""Mixed JSON: rows out of JSON for a model with texts and gaps."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from fraud.data.arrays import Matrix
from fraud.scoring.model_columns import ModelColumns
from serving.json_rows import require_rows, rows_from_json, rows_from_json_lines, value_text
from serving.matrix import LARGEST_VALUE, what_is_wrong
from serving.mixed_cells import wrong_cell
from serving.rejection import Rejected

NUMBERS, NOTHING = {float, int}, type(None)


def rows_from_mixed_json(body: bytes, columns: ModelColumns) -> Matrix:
    """Read what rows_from_json reads, with texts and null where the model takes them."""
    return rows_from_json(body, columns.names, partial(_matrix, columns=columns))


def rows_from_mixed_json_lines(body: bytes, columns: ModelColumns) -> Matrix:
    return rows_from_json_lines(body, columns.names, partial(_matrix, columns=columns))


def _matrix(
    rows: Sequence[Sequence[Any]], names: Sequence[str], *, columns: ModelColumns
) -> Matrix:
    require_rows(rows)
    numbers = [
        _numbers(values, name, columns)
        for name, values in zip(names, zip(*rows, strict=True), strict=True)
    ]
    if any(column is None for column in numbers):
        raise next(_wrong_cells(rows, names, columns))
    return np.column_stack([column for column in numbers if column is not None])


def _numbers(values: Sequence[Any], name: str, columns: ModelColumns) -> Matrix | None:
    """Read one column; None where a value of it is wrong."""
    kinds = set(map(type, values)) - ({NOTHING} if name in columns.optional else set())
    if name in columns.categories:
        known = [columns.code(name, text) for text in values] if kinds <= {str} else None
        return None if known is None else np.array(known)
    if not kinds <= NUMBERS:
        return None
    numbers = np.array(values, dtype=np.float64)  # NaN for None
    is_missing = np.array([value is None for value in values])
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
        return None if isinstance(value, str) else f"is {value_text(value)}"
    return what_is_wrong(value) if type(value) in NUMBERS else f"is {value_text(value)}"
