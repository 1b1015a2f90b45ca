"""Validation: which rows of a raw file are valid, and what is wrong with the others."""

import csv
import difflib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from foundation.errors import InvalidData
from fraud.data import cell_values
from fraud.data.arrays import Integers
from fraud.data.row_faults import SHOWN_CHARACTERS, are_all_good, faults, row_problems
from fraud.data.spec import DataSpec
from fraud.data.text_cells import trimmed_cells

BAD_ROWS = {"row": pl.Int64, "reason": pl.String, "text": pl.String}
SHOWN_NAMES = 40
UNNAMED = "unnamed_"  # and the position, from 1: the name of a column that has none
DELIMITERS = {";": "semicolon", "\t": "tab", "|": "pipe", ",": "comma"}


def stored_schema(spec: DataSpec) -> dict[str, type[pl.DataType]]:
    """Return the columns of a prepared table: those of a model, the others, then the label."""
    numbers = set(spec.numbers)
    names = (*spec.all_columns[:-1], *spec.exact_texts)
    kinds = {name: pl.Float64 if name in numbers else pl.String for name in names}
    return {**kinds, spec.label: pl.Int8}


def require_header(found: Sequence[str], spec: DataSpec, *, file: str) -> None:
    """Raise InvalidData unless `found` are the columns of `spec`, in any order, each once.

    `spec` names every column (`DataSpec.resolved`).
    """
    known = (*spec.all_columns, *spec.ignore)
    lists = {
        "missing": [name for name in known if name not in found],
        "not expected": [_stranger(name, known) for name in found if name not in known],
        "there twice": [name for name in known if found.count(name) > 1],
        "named as another column is stored": [name for name in spec.exact_texts if name in found],
    }
    problems = [f"  - {what}: {_listed(names)}" for what, names in lists.items() if names]
    if problems:
        message = (
            f"{file} does not have the columns of {spec.name}:\n" + "\n".join(problems) + "\nTheir "
            "order is free, their names are not. Nothing was written. Correct the header, or "
            "describe the data set in a file of its own in params/data/."
            + _header_advice(found, known)
        )
        raise InvalidData(message)


def _header_advice(found: Sequence[str], known: Sequence[str]) -> str:
    """Return what to write into the description, where a usual reason is likely."""
    if len(found) == 1 and (marks := [mark for mark in DELIMITERS if mark in found[0]]):
        name = DELIMITERS[max(marks, key=found[0].count)]
        return f" The fields of this file are probably separated by another mark: delimiter: {name}"
    strangers = [name for name in found if name not in known]
    if unnamed := [name for name in strangers if name.startswith(UNNAMED)]:
        listed = ", ".join(unnamed)
        return (
            " A column without a name is what a comma at the end of each line makes, or the index "
            f"that pandas writes; leave it out with ignore: [{listed}]"
        )
    return " To leave out every column that has no role: ignore: rest" if strangers else ""


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

    `lines` are the indices of the valid rows. `other_labels` are the texts, in lower case, of
    labels that are not fraud only because the data set names no negative values.
    """

    good: pl.DataFrame
    lines: Integers
    bad: pl.DataFrame
    reasons: dict[str, int]
    bad_count: int
    other_labels: frozenset[str] = frozenset()


@dataclass(frozen=True)
class RowCheck:
    """Separates valid rows from bad ones; the first `details` bad rows are described.

    `spec` names every column (`DataSpec.resolved`). Rows are numbered from 1, in each table.
    """

    spec: DataSpec
    details: int

    def all_good(self, cells: pl.DataFrame) -> CheckedRows | None:
        """Return the rows as they are stored; None where any row may be bad."""
        values = cells.select(values_of(cells, self.spec))
        if not are_all_good(values, self.spec):
            return None
        return CheckedRows(
            good=values.select(_stored(self.spec)),
            lines=np.arange(cells.height),
            bad=pl.DataFrame(schema=BAD_ROWS),
            reasons={},
            bad_count=0,
            other_labels=self._other_labels(cells, values),
        )

    def __call__(self, cells: pl.DataFrame) -> CheckedRows:
        """Check rows of cells: text as in the file, or values of the types that a file has."""
        values = cells.select(values_of(cells, self.spec))
        found = faults(self.spec)
        holds = values.select(**{reason: fault.fill_null(False) for reason, fault in found.items()})
        is_bad = holds.select(pl.any_horizontal(pl.all())).to_series()
        counts = holds.sum().row(0, named=True)
        return CheckedRows(
            good=values.filter(~is_bad).select(_stored(self.spec)),
            lines=np.flatnonzero(~is_bad.to_numpy()),
            bad=self._described(cells, values, is_bad),
            reasons={reason: count for reason, count in counts.items() if count},
            bad_count=int(is_bad.sum()),
            other_labels=self._other_labels(cells, values.filter(~is_bad), ~is_bad),
        )

    def _described(
        self, cells: pl.DataFrame, values: pl.DataFrame, is_bad: pl.Series
    ) -> pl.DataFrame:
        described = []
        for line in np.flatnonzero(is_bad.to_numpy())[: self.details].tolist():
            row = cells.row(line, named=True)
            problems = row_problems(row, values.row(line, named=True), self.spec)
            described.append((1 + line, "; ".join(problems), row_text(row.values())))
        return pl.DataFrame(described, schema=BAD_ROWS, orient="row")

    def _other_labels(
        self, cells: pl.DataFrame, values: pl.DataFrame, chosen: pl.Series | None = None
    ) -> frozenset[str]:
        if cell_values.negatives(self.spec):
            return frozenset()
        labels = cells[self.spec.label] if chosen is None else cells[self.spec.label].filter(chosen)
        others = labels.filter(values[self.spec.label] == 0).cast(pl.String).unique()
        shown = others.to_frame().select(trimmed_cells(pl.first()).str.to_lowercase())
        return frozenset(shown.to_series().head(SHOWN_NAMES).to_list())


def require_kinds(cells: pl.DataFrame, spec: DataSpec) -> None:
    """Raise InvalidData where a column holds lists, records or durations instead of values."""
    kinds, numbers = cells.schema, set(spec.numbers)  # asked for once, as there may be thousands
    for name in spec.all_columns:
        kind = kinds[name]
        is_time = name == spec.time and isinstance(kind, (pl.Datetime, pl.Date))
        is_value = kind.is_numeric() or isinstance(kind, (pl.String, pl.Boolean, pl.Null))
        is_text = name not in numbers and isinstance(kind, (pl.Categorical, pl.Enum, pl.Date))
        if not (is_value or is_time or is_text):
            wanted = "number" if name in numbers else "text"
            message = (
                f"The column {name} holds {kind}, which is no {wanted}. Nothing was written. "
                f"Convert it in the file, or leave it out (ignore: [{name}])."
            )
            raise InvalidData(message)


def values_of(cells: pl.DataFrame, spec: DataSpec) -> list[pl.Expr]:
    """Return the value of each column that is stored: numbers as float64, any other as text."""
    require_kinds(cells, spec)
    kinds, numbers = cells.schema, set(spec.numbers)
    texts = (
        cell_values.text(name, kinds[name], spec).alias(stored)
        for stored, name in spec.exact_texts.items()
    )
    return [*(_value(name, kinds[name], spec, numbers) for name in spec.all_columns), *texts]


def row_text(cells: Iterable[object]) -> str:
    """Return the cells of one row as a line of CSV."""
    line = _Line()
    csv.writer(line, lineterminator="").writerow("" if cell is None else cell for cell in cells)
    return line.text


class _Line:
    """What csv.writer writes one row to."""

    text = ""

    def write(self, text: str) -> None:
        self.text += text


def _value(name: str, kind: pl.DataType, spec: DataSpec, numbers: Collection[str]) -> pl.Expr:
    if name == spec.label:
        return cell_values.label(name, kind, spec)
    if name == spec.time:
        return cell_values.time(name, kind, spec, spec)
    if name in numbers:
        return cell_values.number(name, kind, spec)
    return cell_values.text(name, kind, spec)


def _stored(spec: DataSpec) -> list[pl.Expr]:
    return [pl.col(name).cast(kind) for name, kind in stored_schema(spec).items()]
