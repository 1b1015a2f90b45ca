"""Transactions: which rows of a raw file can be believed, and what is wrong with the others."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import polars as pl

from foundation.errors import InvalidData
from fraud.data_spec import DataSpec

BEYOND = "(beyond the last column)"
BAD_ROWS = {"row": pl.Int64, "reason": pl.String, "text": pl.String}
SHOWN_CHARACTERS = 40
SHOWN_NAMES = 40


def stored_schema(spec: DataSpec) -> dict[str, type[pl.DataType]]:
    """The columns of a prepared table: what a model is given, then the label."""
    return {**dict.fromkeys(spec.model_columns, pl.Float64), spec.label: pl.Int8}


def require_columns(found: Sequence[str], spec: DataSpec, *, file: str) -> None:
    """Refuse a header that does not name exactly the columns of `spec`, in any order."""
    known = spec.all_columns
    lists = {
        "missing": [name for name in known if name not in found],
        "not expected": [_stranger(name, known) for name in found if name not in known],
        "there twice": [name for name in known if found.count(name) > 1],
    }
    problems = [f"  - {what}: {_listed(names)}" for what, names in lists.items() if names]
    if problems:
        message = (
            f"{file} does not have the columns of {spec.name}:\n" + "\n".join(problems) + "\nTheir "
            "order is free, their names are not. Nothing was prepared. Correct the header, or "
            "describe the data set in a file of its own in params/data/."
        )
        raise InvalidData(message)


def _stranger(name: str, known: Sequence[str]) -> str:
    by_lower_case = {column.lower(): column for column in known}
    close = difflib.get_close_matches(name[:SHOWN_CHARACTERS].lower(), by_lower_case, n=1)
    hint = f" (did you mean {by_lower_case[close[0]]}?)" if close else ""
    return f"{name[:SHOWN_CHARACTERS]!r}{hint}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
    return ", ".join(names[:SHOWN_NAMES]) + more


@dataclass(frozen=True)
class CheckedRows:
    """Rows that can be believed, as they are stored, and what is known of the others."""

    good: pl.DataFrame
    bad: pl.DataFrame
    reasons: dict[str, int]
    bad_count: int


@dataclass(frozen=True)
class RowCheck:
    """Tells good rows from bad ones; `columns` is the header, and the first `details` bad rows of
    each text are described one by one. Rows are numbered from 1, in each text."""

    columns: tuple[str, ...]
    spec: DataSpec
    details: int

    def __call__(self, text: bytes) -> CheckedRows:
        """Check lines of comma-separated numbers, of which the last is not empty.

        Quotes around numbers mean nothing.
        """
        table = _all_good(text, self)
        if table is not None:
            good = table.select(_stored(self.spec))
            return CheckedRows(good, pl.DataFrame(schema=BAD_ROWS), {}, 0)
        # A stray quote can swallow the lines after it. Without any, what ends a line ends a row.
        return self._sorted_out(text.removesuffix(b"\n").replace(b'"', b"") + b"\n")

    def _sorted_out(self, text: bytes) -> CheckedRows:
        table = _parsed(text, self.columns)
        faults = _faults(self.spec)
        is_bad = table.select(pl.any_horizontal(*faults.values()).fill_null(False)).to_series()
        good = table.filter(~is_bad).select(_stored(self.spec))
        counted = table.select(**{reason: fault.sum() for reason, fault in faults.items()})
        reasons = {reason: count for reason, count in counted.row(0, named=True).items() if count}
        bad = self._described(text, table.with_row_index("line").filter(is_bad))
        return CheckedRows(good, bad, reasons, int(is_bad.sum()))

    def _described(self, text: bytes, bad: pl.DataFrame) -> pl.DataFrame:
        lines = text.decode(errors="replace").split("\n")
        described = []
        for values in bad.head(self.details).iter_rows(named=True):
            line = lines[values["line"]]
            reason = "; ".join(_row_problems(line, values, self))
            described.append((1 + values["line"], reason, line))
        return pl.DataFrame(described, schema=BAD_ROWS, orient="row")


def _parsed(text: bytes, columns: Sequence[str]) -> pl.DataFrame:
    """Read every field as a number, with null for what is none, one row a line."""
    return pl.read_csv(
        text if text.isascii() else text.decode(errors="replace").encode(),
        has_header=False,
        schema={**dict.fromkeys(columns, pl.Float64), BEYOND: pl.String},
        ignore_errors=True,
        missing_columns="insert",
        extra_columns="ignore",
        truncate_ragged_lines=True,
    )


def _stored(spec: DataSpec) -> list[pl.Expr]:
    return [pl.col(*spec.model_columns), pl.col(spec.label).cast(pl.Int8)]


def _all_good(text: bytes, check: RowCheck) -> pl.DataFrame | None:
    """Read the numbers if none has any fault, in two thirds of the time of telling the faults."""
    if text.endswith(b'"'):
        return None  # where the file is cut off behind an opening quote, polars panics
    try:
        # As strict as can be: a field that is no number, or one too many, is an error here.
        schema = dict.fromkeys(check.columns, pl.Float64)
        table = pl.read_csv(text, has_header=False, schema=schema)
    except pl.exceptions.PolarsError:
        return None
    return table if _are_all_good(table, check.spec) else None


def _are_all_good(table: pl.DataFrame, spec: DataSpec) -> bool:
    # A sum is null or not finite if a number in it is. (One that overflows is looked into.)
    is_good = (
        pl.sum_horizontal(*spec.all_columns, ignore_nulls=False).is_finite()
        & pl.col(spec.label).is_in([0.0, 1.0])
        & (pl.col(spec.amount) >= 0)
        & (pl.col(spec.time) >= 0)
    )
    return bool(table.select(is_good.fill_null(False).all()).item())


def _faults(spec: DataSpec) -> dict[str, pl.Expr]:
    numbers = [pl.col(name) for name in spec.all_columns]
    label, amount, time = pl.col(spec.label), pl.col(spec.amount), pl.col(spec.time)
    return {
        "a missing or unreadable number": pl.any_horizontal(
            *(number.is_null() for number in numbers)
        ),
        "a number that is not finite": pl.any_horizontal(*(~n.is_finite() for n in numbers)),
        "a label other than 0 or 1": label.is_finite() & ~label.is_in([0.0, 1.0]),
        "a negative amount": amount.is_finite() & (amount < 0),
        "a negative time": time.is_finite() & (time < 0),
        "too many fields": pl.col(BEYOND).is_not_null(),
    }


def _row_problems(line: str, values: Mapping[str, float | None], check: RowCheck) -> list[str]:
    fields = line.split(",")
    if not line.strip():
        return ["the line is empty"]
    if len(fields) != len(check.columns):
        count = "1 field" if len(fields) == 1 else f"{len(fields)} fields"
        return [f"it has {count}, the header {len(check.columns)}"]
    problems = (
        _cell_problem(name, values[name], field, check.spec)
        for name, field in zip(check.columns, fields, strict=True)
    )
    return [problem for problem in problems if problem]


def _cell_problem(name: str, value: float | None, field: str, spec: DataSpec) -> str:
    shown = field if len(field) <= SHOWN_CHARACTERS else field[:SHOWN_CHARACTERS] + "…"
    if not field.strip():
        return f"{name} is empty"
    if value is None:
        return f"{name} is {shown!r}, not a number"
    if not isfinite(value):
        return f"{name} is {shown!r}, not a finite number"
    if name == spec.label and value not in (0, 1):
        return f"{name} is {shown!r}, and a label is 0 or 1"
    if name in (spec.amount, spec.time) and value < 0:
        return f"{name} is {shown}, and it cannot be negative"
    return ""
