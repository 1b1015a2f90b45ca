"""Row faults: what can be wrong with a row of a raw file, as expressions and as sentences."""

from collections.abc import Mapping
from math import isfinite, isnan

import polars as pl

from fraud.data.csv_lines import BEYOND, REPLACED, SEPARATOR, fields_of
from fraud.data.spec import DataSpec

SHOWN_CHARACTERS = 40

Values = Mapping[str, float | str | None]


def are_all_good(table: pl.DataFrame, spec: DataSpec) -> bool:
    """Return whether no row has a fault, in two thirds of the time of evaluating `faults`."""
    # A sum is null or not finite if a number in it is. (An overflow is checked again.)
    is_good = pl.sum_horizontal(*_needed_numbers(spec), ignore_nulls=False).is_finite()
    is_good &= pl.col(spec.label).is_in([0.0, 1.0])
    for name in spec.roles.columns:
        is_good &= pl.col(name) >= 0
    for name in spec.missing:
        is_good &= pl.col(name).is_finite().fill_null(True)
    for name in spec.keys:
        is_good &= ~_is_blank(name)
    for name in spec.texts:  # a row with such a character is checked again
        is_good &= ~pl.col(name).str.contains(f'["{SEPARATOR}{REPLACED}]').fill_null(False)
    return bool(table.select(is_good.fill_null(False).all()).item())


def faults(spec: DataSpec) -> dict[str, pl.Expr]:
    """Return, for each reason to set a row aside, an expression that is true where it applies."""
    needed, gaps = _needed_numbers(spec), [pl.col(name) for name in spec.missing]
    label = pl.col(spec.label)
    numbers = {
        "a missing or unreadable number": pl.any_horizontal(
            *(number.is_null() for number in needed), *(number.is_nan() for number in gaps)
        ),
        "a number that is not finite": pl.any_horizontal(
            *(~number.is_finite() for number in needed), *(number.is_infinite() for number in gaps)
        ),
        "a label other than 0 or 1": label.is_finite() & ~label.is_in([0.0, 1.0]),
        **_negative("amount", spec.amount),
        **_negative("time", spec.time),
        "too many fields": pl.col(BEYOND).is_not_null(),
    }
    return {**numbers, **_text_faults(spec)}


def row_problems(line: str, values: Values, columns: tuple[str, ...], spec: DataSpec) -> list[str]:
    """Return everything that is wrong with one row, whose `values` were read from `line`."""
    if not line.strip():
        return ["the line is empty"]
    fields = fields_of(line, spec)
    if fields is None:
        return ["its quotes do not match, or it holds a control character"]
    if len(fields) != len(columns):
        count = "1 field" if len(fields) == 1 else f"{len(fields)} fields"
        return [f"it has {count}, the header {len(columns)}"]
    problems = (
        _cell_problem(name, values[name], field, spec)
        for name, field in zip(columns, fields, strict=True)
    )
    return [problem for problem in problems if problem]


def field_excerpt(field: str) -> str:
    return field if len(field) <= SHOWN_CHARACTERS else field[:SHOWN_CHARACTERS] + "…"


def _needed_numbers(spec: DataSpec) -> list[pl.Expr]:
    may_miss = {*spec.missing, *spec.texts}
    return [pl.col(name) for name in spec.all_columns if name not in may_miss]


def _negative(role: str, name: str | None) -> dict[str, pl.Expr]:
    if name is None:
        return {}
    return {f"a negative {role}": pl.col(name).is_finite() & (pl.col(name) < 0)}


def _is_blank(name: str) -> pl.Expr:
    return pl.col(name).is_null() | (pl.col(name).str.strip_chars() == "")


def _text_faults(spec: DataSpec) -> dict[str, pl.Expr]:
    found = {}
    if spec.keys:
        found["a missing identifier"] = pl.any_horizontal(*map(_is_blank, spec.keys))
    if spec.texts:
        is_replaced = (pl.col(name).str.contains(REPLACED) for name in spec.texts)
        found["text that is not UTF-8"] = pl.any_horizontal(*is_replaced)
    return found


def _cell_problem(name: str, value: float | str | None, field: str, spec: DataSpec) -> str:
    if isinstance(value, str) or name in spec.texts:
        return _text_problem(name, field, spec)
    may_miss = name in spec.missing
    if not field.strip():
        return "" if may_miss else f"{name} is empty"
    if value is None or (may_miss and isnan(value)):
        return (
            ""
            if may_miss and value is None
            else f"{name} is {field_excerpt(field)!r}, not a number"
        )
    if not isfinite(value):
        return f"{name} is {field_excerpt(field)!r}, not a finite number"
    return _law_problem(name, value, field, spec)


def _text_problem(name: str, field: str, spec: DataSpec) -> str:
    if name in spec.keys and not field.strip():
        return f"{name} is empty"
    return f"{name} is {field_excerpt(field)!r}, not text in UTF-8" if REPLACED in field else ""


def _law_problem(name: str, value: float, field: str, spec: DataSpec) -> str:
    if name == spec.label and value not in (0, 1):
        return f"{name} is {field_excerpt(field)!r}, and a label is 0 or 1"
    if name in spec.roles.columns and value < 0:
        return f"{name} is {field_excerpt(field)}, and it cannot be negative"
    return ""
