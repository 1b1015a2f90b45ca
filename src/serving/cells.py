"""Cells: which values each column of a model takes, and the rejection of any other."""

import math
import re
from functools import lru_cache

import numpy as np

from fraud.data.arrays import Floats, Matrix
from fraud.data.text_cells import trimmed
from fraud.data.value_laws import LARGEST_AMOUNT, LARGEST_VALUE, amount_law, is_amount, is_text
from fraud.scoring.model_columns import ModelColumns
from serving.rejection import Rejected, clipped

EXAMPLES = 3  # of the texts that a column knows, in a message
# What a field may hold where a number belongs. Not everything that Python's float() takes: 1_0, ١.
DIGITS = r"(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?"
NUMBER = re.compile(rf"[+-]?(?:{DIGITS}|nan|inf|infinity)", re.ASCII | re.IGNORECASE)
FIGURE = re.compile(rf"[+-]?{DIGITS}", re.ASCII | re.IGNORECASE)


def is_in_range(matrix: Matrix) -> bool:
    """Return whether every value is finite and small enough to score (NaN is neither)."""
    return matrix.size == 0 or bool(np.abs(matrix).max() <= LARGEST_VALUE)


def number_fault(value: float) -> str | None:
    """Return what keeps a number from being scored, as a predicate; None where nothing does."""
    if math.isnan(value):
        return "is NaN"
    if math.isinf(value):
        return "is infinite"
    return f"is {value:g}, beyond ±{LARGEST_VALUE:g}" if abs(value) > LARGEST_VALUE else None


def are_amounts(values: Floats, columns: ModelColumns) -> bool:
    """Return whether every number is an amount that the model takes, or missing."""
    known = values[~np.isnan(values)]
    if known.size == 0:
        return True
    is_right_sign = columns.roles.amount_may_be_negative or known.min() >= 0
    return bool(is_right_sign and np.abs(known).max() < LARGEST_AMOUNT)


def cell_fault(value: float, column: str, columns: ModelColumns) -> str | None:
    """Return what keeps a number from standing in a column; None where nothing does."""
    may_be_negative = columns.roles.amount_may_be_negative
    if (fault := number_fault(value)) or column != columns.roles.amount:
        return fault
    if is_amount(value, may_be_negative=may_be_negative):
        return None
    return f"is {value:g}, and an amount is {amount_law(may_be_negative=may_be_negative)}"


def field_fault(field: str) -> str | None:
    """Return what keeps a CSV field from being a number; None where nothing does."""
    if NUMBER.fullmatch(trimmed(field)) is None:
        return f"is {clipped(field)!r}" if trimmed(field) else "is empty"
    return number_fault(float(trimmed(field)))


def text_fault(field: str, texts: tuple[str, ...]) -> str | None:
    """Return what keeps a CSV field from being a text; None where nothing does.

    A number is a text only where one of `texts`, those that the column knows, looks like a number.
    """
    if not is_text(field):  # an escaped byte
        return f"is {clipped(field)!r}, not in UTF-8"
    if FIGURE.fullmatch(trimmed(field)) and not _hold_figures(texts):
        return f"is {clipped(field)!r}, a number"
    return None


def is_like_a_number(field: str) -> bool:
    """Return whether a CSV field is empty or holds a number, finite or not."""
    return not trimmed(field) or NUMBER.fullmatch(trimmed(field)) is not None


def wrong_cell(fault: str, columns: ModelColumns, *, row: int, column: str) -> Rejected:
    """Return the rejection of a cell, with what its column takes; `row` counts from 1."""
    if columns.is_plain:
        message = f"Every value must be a finite number, but row {row}, column {column} {fault}."
        return Rejected(message, row=row, column=column)
    message = f"Column {column} takes {_takes(column, columns)}, but in row {row} it {fault}."
    return Rejected(message, row=row, column=column)


def _takes(column: str, columns: ModelColumns) -> str:
    kind = "a finite number"
    if column in columns.categories:
        texts = columns.categories[column]
        more = ", …" if len(texts) > EXAMPLES else ""
        known = ", ".join(clipped(repr(text)) for text in texts[:EXAMPLES])
        kind = f"text (it knows {known}{more})" if texts else "text"
    return f"{kind}, or nothing where it is missing" if column in columns.optional else kind


@lru_cache(maxsize=256)
def _hold_figures(texts: tuple[str, ...]) -> bool:
    return any(FIGURE.fullmatch(trimmed(text)) for text in texts)
