"""Table transactions: the rows of a described table as transactions of a batch."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import isfinite
from typing import Any

import polars as pl

from foundation.errors import InvalidData, InvalidParams
from fraud.data.spec import DataSpec
from fraud.data.text_cells import trimmed_cells
from fraud.scoring.day_window import DAY_SECONDS
from fraud.scoring.transaction_fields import short_repr

MISSING_NUMBERS = ("", "na", "nan", "null")  # in any case; what R, NumPy and databases write
DAY = "The day of the delivery"
SHOWN_COLUMNS = 20
UNTOUCHED = "Nothing was delivered."


@dataclass(frozen=True)
class TableTransactions:
    """Transactions in the order of the table, and sentences about what was left out or made."""

    transactions: list[dict[str, Any]]
    notes: list[str]


def transactions_of(table: pl.DataFrame, spec: DataSpec, day: date | None) -> TableTransactions:
    """Return a transaction for each row of a table with the columns of `spec`.

    Cells are text, or have the types of Parquet. A cell that cannot be read as what its column
    holds stays as it is, for the check of transactions to name. The label, the annotations and
    columns that `spec` does not name are left out. Seconds of a time column count from a midnight:
    their time of day is kept, on `day`. Without a time column, each transaction is at midnight.

    Raises:
        InvalidData: A column is missing.
        InvalidParams: The times say no day, and `day` is None.
    """
    _require_columns(table.columns, spec)
    timestamps = (
        _timestamps(table[spec.time], day)
        if spec.time is not None
        else [_written(_midnight(day, f"{spec.name} has no column of times"))] * table.height
    )
    columns = {
        "id": _texts(table, spec.id) if spec.id else _made_ids(timestamps),
        "timestamp": timestamps,
        **({} if spec.amount is None else {"amount": _numbers(table, spec.amount)}),
        **({"category": _texts(table, spec.categorical[0])} if spec.categorical else {}),
        "features": _features(table, spec),
    }
    rows = zip(*columns.values(), strict=True)
    return TableTransactions(
        [dict(zip(columns, row, strict=True)) for row in rows], _notes(table, spec)
    )


def _features(table: pl.DataFrame, spec: DataSpec) -> list[dict[str, Any]]:
    columns = {
        **{name: _numbers(table, name) for name in spec.features},
        **{name: _texts(table, name) for name in spec.categorical},
    }
    rows = zip(*columns.values(), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _numbers(table: pl.DataFrame, name: str) -> list[Any]:
    """Return the numbers of a column, None where one is missing, and anything else as text."""
    kind = table.schema[name]
    text = trimmed_cells(pl.col(name).cast(pl.String))
    is_missing = text.str.to_lowercase().is_in(MISSING_NUMBERS).fill_null(True)
    is_plain = kind.is_numeric() or kind in (pl.Boolean, pl.String)
    number = (pl.col(name) if kind != pl.String else text).cast(pl.Float64, strict=False)
    cells = table.select(text, number=number if is_plain else None, is_missing=is_missing)
    return [
        # JSON has no infinity: written as a number, it would become a missing one.
        None if missing else number if number is not None and isfinite(number) else text
        for text, number, missing in cells.iter_rows()
    ]


def _texts(table: pl.DataFrame, name: str) -> list[str | None]:
    """Return the trimmed texts of a column, None where one is empty."""
    trimmed = table.select(trimmed_cells(pl.col(name).cast(pl.String))).to_series()
    return [text or None for text in trimmed.to_list()]


def _timestamps(cells: pl.Series, day: date | None) -> list[Any]:
    if cells.dtype.is_temporal():
        moments = cells.cast(pl.Datetime("us"))  # in UTC, whatever the zone that they are shown in
        return [moment and _written(moment.replace(tzinfo=UTC)) for moment in moments.to_list()]
    midnight = _midnight(day, f"its column {cells.name} counts seconds from a midnight")
    return [
        _written(midnight + timedelta(seconds=seconds % DAY_SECONDS))
        if isinstance(seconds, int | float) and abs(seconds) < 1e15
        else seconds
        for seconds in _numbers(cells.to_frame(), cells.name)
    ]


def _midnight(day: date | None, unsaid: str) -> datetime:
    if day is None:
        problem = f"{unsaid}, so it is not said which day it is; name the day with --date"
        raise InvalidParams(DAY, [problem])
    return datetime.combine(day, time(), UTC)


def _made_ids(timestamps: list[Any]) -> list[str]:
    """Return an id for each row that no other day has: its day, and its number in the table."""
    return [f"{str(stamp)[:10]}-row-{number}" for number, stamp in enumerate(timestamps, start=1)]


def _written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _require_columns(found: Sequence[str], spec: DataSpec) -> None:
    needed = [*spec.model_columns, *([spec.id] if spec.id else [])]
    missing = [name for name in needed if name not in found]
    if missing:
        known = {name.lower(): name for name in found if name not in spec.all_columns}
        told = ", ".join(_named(name, known) for name in missing)
        message = (
            f"The table lacks columns of {spec.name}: {told}. {UNTOUCHED} Its columns are named as "
            f"in params/data/{spec.name}.yaml; the label may be left out."
        )
        raise InvalidData(message)


def _named(name: str, known: dict[str, str]) -> str:
    close = difflib.get_close_matches(name.lower(), known, n=1)
    return f"{name} (is it {short_repr(known[close[0]])}?)" if close else name


def _notes(table: pl.DataFrame, spec: DataSpec) -> list[str]:
    unused = [name for name in table.columns if name not in spec.all_columns]
    notes = []
    if unused:
        listed = ", ".join(map(short_repr, unused[:SHOWN_COLUMNS]))
        listed += ", …" if len(unused) > SHOWN_COLUMNS else ""
        notes.append(f"Columns that the description does not name were left out: {listed}.")
    if spec.time is None:
        notes.append("The data has no column of times: each transaction is at midnight.")
    if spec.id is None:
        notes.append("The data has no column of ids: each is made of the day and the row.")
    return notes
