"""Row faults: what can be wrong with a row of a raw file, as expressions and as sentences."""

from collections.abc import Mapping
from math import isnan

import polars as pl

from fraud.data.cell_values import MISSING_NUMBERS, negatives
from fraud.data.spec import DataSpec
from fraud.data.text_cells import trimmed
from fraud.data.value_laws import LARGEST_AMOUNT, LARGEST_VALUE

SHOWN_CHARACTERS = 40
EXAMPLES = {"iso": "2026-11-30T09:30:00Z"}

Cells = Mapping[str, object]
Values = Mapping[str, float | str | None]


def are_all_good(table: pl.DataFrame, spec: DataSpec) -> bool:
    """Return whether no row has a fault, in two thirds of the time of evaluating `faults`."""
    # A sum is null or too large if a number in it is. (One that is too large is checked again.)
    sizes = (number.abs() for number in _needed_numbers(spec))
    is_good = pl.sum_horizontal(*sizes, ignore_nulls=False) <= LARGEST_VALUE
    is_good &= pl.col(spec.label).is_in([0.0, 1.0])
    for name in _not_negative(spec):
        is_good &= pl.col(name) >= 0
    for name in spec.missing:
        is_good &= (pl.col(name).abs() <= LARGEST_VALUE).fill_null(True)
    if spec.amount is not None:
        is_good &= pl.col(spec.amount).abs() < LARGEST_AMOUNT
    for name in spec.key_columns.values():
        is_good &= pl.col(name).is_not_null()
    return bool(table.select(is_good.fill_null(False).all()).item())


def faults(spec: DataSpec) -> dict[str, pl.Expr]:
    """Return, for each reason to set a row aside, an expression that is true where it applies."""
    numbers = [pl.col(name) for name in spec.numbers if name != spec.label]
    needed = [pl.col(name) for name in spec.numbers if name not in (*spec.missing, spec.label)]
    label = pl.col(spec.label)
    found = {
        "a missing or unreadable number": pl.any_horizontal(
            *(number.is_null() for number in needed), *(number.is_nan() for number in numbers)
        ),
        "a number that is not finite": pl.any_horizontal(
            *(number.is_infinite() for number in numbers)
        ),
        f"a label other than {label_values(spec)}": label.is_null() | label.is_nan(),
    }
    found[f"a number beyond ±{LARGEST_VALUE:g}"] = pl.any_horizontal(
        *(number.is_finite() & (number.abs() > LARGEST_VALUE) for number in numbers)
    )
    if spec.amount is not None:
        amount = pl.col(spec.amount)
        found[f"an amount of {LARGEST_AMOUNT:.0e} or more"] = amount.is_finite() & (
            amount.abs() >= LARGEST_AMOUNT
        )
    for name in _not_negative(spec):
        role = "amount" if name == spec.amount else "time"
        found[f"a negative {role}"] = pl.col(name).is_finite() & (pl.col(name) < 0)
    if spec.keys:
        found["a missing identifier"] = pl.any_horizontal(
            *(pl.col(name).is_null() for name in spec.key_columns.values())
        )
    return found


def label_values(spec: DataSpec) -> str:
    """Return the values that a label may have, in words."""
    positive, negative = spec.positive, negatives(spec)
    if positive == ["1"]:
        return "0 or 1"
    return f"{', '.join(positive)} or {', '.join(negative) or 'one other value'}"


def row_problems(cells: Cells, values: Values, spec: DataSpec) -> list[str]:
    """Return everything that is wrong with one row: its cells, and the values read from them."""
    if not any(_shown(cell).strip() for cell in cells.values()):
        return ["the row is empty"]
    problems = (
        _cell_problem(name, values[name], _shown(cells[name]), spec) for name in spec.all_columns
    )
    return [problem for problem in problems if problem]


def field_excerpt(field: str) -> str:
    """Return the field, cut to SHOWN_CHARACTERS."""
    return field if len(field) <= SHOWN_CHARACTERS else field[:SHOWN_CHARACTERS] + "…"


def _shown(cell: object) -> str:
    return "" if cell is None else str(cell)


def _needed_numbers(spec: DataSpec) -> list[pl.Expr]:
    return [pl.col(name) for name in spec.numbers if name not in spec.missing]


def _not_negative(spec: DataSpec) -> list[str]:
    may_be = {
        spec.amount: spec.amount_may_be_negative,
        spec.time: spec.has_calendar,
    }
    return [name for name in (spec.amount, spec.time) if name is not None and not may_be[name]]


def _cell_problem(name: str, value: float | str | None, field: str, spec: DataSpec) -> str:
    if name == spec.label:
        return _label_problem(name, value, field, spec)
    if name not in spec.numbers:
        return f"{name} is empty" if name in spec.keys and value is None else ""
    if value is None or isinstance(value, str):
        may_miss = name in spec.missing and name not in spec.keys
        return "" if may_miss else _missing_problem(name, field)
    if isnan(value):
        return f"{name} is {field_excerpt(field)!r}, not {_kind(name, spec)}"
    if abs(value) == float("inf"):
        return f"{name} is {field_excerpt(field)!r}, not a finite number"
    if abs(value) > LARGEST_VALUE:
        return f"{name} is {field_excerpt(field)}, beyond ±{LARGEST_VALUE:g}"
    if name == spec.amount and abs(value) >= LARGEST_AMOUNT:
        return f"{name} is {field_excerpt(field)}, and an amount is less than {LARGEST_AMOUNT:.0e}"
    if name in _not_negative(spec) and value < 0:
        return f"{name} is {field_excerpt(field)}, and it cannot be negative"
    return ""


def _missing_problem(name: str, field: str) -> str:
    if not trimmed(field):
        return f"{name} is empty"
    is_nan = trimmed(field).lower() == "nan" and "nan" in MISSING_NUMBERS
    kind = "a finite number" if is_nan else "a number"
    return f"{name} is {field_excerpt(field)!r}, not {kind}"


def _label_problem(name: str, value: float | str | None, field: str, spec: DataSpec) -> str:
    if value in (0, 1):
        return ""
    if not trimmed(field):
        return f"{name} is empty"
    return f"{name} is {field_excerpt(field)!r}, and a label is {label_values(spec)}"


def _kind(name: str, spec: DataSpec) -> str:
    pattern = spec.time_format if name == spec.time else None
    if pattern is None:
        return "a number"
    clock = "" if spec.time_zone == "UTC" else f", on a clock of {spec.time_zone}"
    return f"a time such as {EXAMPLES.get(pattern, pattern)}{clock}"
