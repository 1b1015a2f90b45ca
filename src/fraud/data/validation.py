"""Validation: which rows of a raw file are valid, and what is wrong with the others."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from foundation.errors import InvalidData
from fraud.data.arrays import Integers
from fraud.data.csv_lines import field_table, lines_of, whole_table
from fraud.data.row_faults import SHOWN_CHARACTERS, are_all_good, faults, row_problems
from fraud.data.spec import DataSpec

BAD_ROWS = {"row": pl.Int64, "reason": pl.String, "text": pl.String}
SHOWN_NAMES = 40


def stored_schema(spec: DataSpec) -> dict[str, type[pl.DataType]]:
    """Return the columns of a prepared table: those of a model, the others, then the label."""
    texts = set(spec.texts)
    kinds = {name: pl.String if name in texts else pl.Float64 for name in spec.all_columns}
    return {**kinds, spec.label: pl.Int8}


def require_header(found: Sequence[str], spec: DataSpec, *, file: str) -> None:
    """Raise InvalidData unless `found` are the columns of `spec`, in any order, each once."""
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
    """The valid rows as they are stored, and the first and the counts of the others.

    `lines` are the indices of the valid rows.
    """

    good: pl.DataFrame
    lines: Integers
    bad: pl.DataFrame
    reasons: dict[str, int]
    bad_count: int


@dataclass(frozen=True)
class RowCheck:
    """Separates valid rows from bad ones.

    `columns` is the header, and the first `details` bad rows of each text are described one by one.
    Rows are numbered from 1, in each text.
    """

    columns: tuple[str, ...]
    spec: DataSpec
    details: int

    def __call__(self, text: bytes) -> CheckedRows:
        """Check lines of comma-separated fields, of which the last is not empty.

        Quotes around numbers mean nothing.
        """
        table = whole_table(text, self.columns, self.spec)
        if table is None or not are_all_good(table, self.spec):
            return self._sorted_out(text)
        lines = np.arange(table.height)
        return CheckedRows(
            table.select(_stored(self.spec)), lines, pl.DataFrame(schema=BAD_ROWS), {}, 0
        )

    def _sorted_out(self, text: bytes) -> CheckedRows:
        table, found = field_table(text, self.columns, self.spec), faults(self.spec)
        is_bad = table.select(pl.any_horizontal(*found.values()).fill_null(False)).to_series()
        good = table.filter(~is_bad).select(_stored(self.spec))
        lines = np.flatnonzero(~is_bad.to_numpy())
        counted = table.select(**{reason: fault.sum() for reason, fault in found.items()})
        reasons = {reason: count for reason, count in counted.row(0, named=True).items() if count}
        bad = self._described(text, table.with_row_index("line").filter(is_bad))
        return CheckedRows(good, lines, bad, reasons, int(is_bad.sum()))

    def _described(self, text: bytes, bad: pl.DataFrame) -> pl.DataFrame:
        lines = lines_of(text, self.spec)
        described = []
        for values in bad.head(self.details).iter_rows(named=True):
            line = lines[values["line"]]
            reason = "; ".join(row_problems(line, values, self.columns, self.spec))
            described.append((1 + values["line"], reason, line))
        return pl.DataFrame(described, schema=BAD_ROWS, orient="row")


def _stored(spec: DataSpec) -> list[pl.Expr]:
    if not spec.texts:  # a third of the time of naming each column
        return [pl.col(*spec.model_columns), pl.col(spec.label).cast(pl.Int8)]
    texts, schema = set(spec.texts), stored_schema(spec)
    return [_text(name) if name in texts else pl.col(name).cast(schema[name]) for name in schema]


def _text(name: str) -> pl.Expr:
    """Return the text, and null where it is empty."""
    return pl.when(pl.col(name).str.strip_chars() != "").then(pl.col(name)).alias(name)
