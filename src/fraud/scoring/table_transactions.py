"""Table transactions: the cells of a described table as transactions of a batch."""

import difflib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from math import isfinite
from typing import Any

import polars as pl

from foundation.errors import InvalidData, InvalidParams
from foundation.wording import counted
from fraud.data import cell_values
from fraud.data.spec import DataSpec
from fraud.scoring.day_window import DAY_SECONDS
from fraud.scoring.entities import ENTITIES
from fraud.scoring.transaction_fields import short_repr

DAY = "The day of the delivery"
UNTOUCHED = "Nothing was delivered."
FIRST, LAST = -62_135_596_800.0, 253_402_300_799.0  # seconds since 1970 of the years 1 to 9999


def transactions_of(cells: pl.DataFrame, spec: DataSpec, day: date | None) -> list[dict[str, Any]]:
    """Return a transaction for each row of cells, as the file of `spec` has them.

    A cell that cannot be read as what its column holds stays as it is, for the check of
    transactions to name. A time that says no day keeps its time of day, on `day`; without a column
    of times, each transaction is at midnight.

    Raises:
        InvalidData: A column is missing.
        InvalidParams: The times say no day, and `day` is None.
    """
    require_columns(cells.columns, spec)
    timestamps = _timestamps(cells, spec, day)
    columns = {
        "id": _texts(cells, spec.id, spec) if spec.id else _made_ids(timestamps),
        "timestamp": timestamps,
        **({} if spec.amount is None else {"amount": _numbers(cells, spec.amount, spec)}),
        **({"category": _texts(cells, spec.categorical[0], spec)} if spec.categorical else {}),
        "features": _features(cells, spec),
        **_entities(cells, spec),
    }
    rows = zip(*columns.values(), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def require_columns(found: Sequence[str], spec: DataSpec, *, unused: Sequence[str] = ()) -> None:
    """Raise InvalidData when columns of transactions are missing; it may name one of `unused`."""
    needed = [*spec.model_columns, *([spec.id] if spec.id else [])]
    missing = [name for name in needed if name not in found]
    if missing:
        told = ", ".join(name + _likely(name, unused) for name in missing)
        message = (
            f"The table lacks columns of {spec.name}: {told}. {UNTOUCHED} Its columns are named as "
            f"in params/data/{spec.name}.yaml; the label may be left out."
        )
        raise InvalidData(message)


def table_notes(unused: Sequence[str], torn: int, spec: DataSpec) -> list[str]:
    """Return what was left out of a table with `unused` columns, and what was made up for it."""
    notes = [_unused_note(name, spec) for name in unused]
    if torn:
        notes.append(f"{counted(torn, 'row')} could not be divided into cells, and will come last.")
    if spec.time is None:
        notes.append("The data has no column of times: each transaction is at midnight.")
    if spec.id is None:
        notes.append("The data has no column of ids: each is made of the day and the row.")
    return notes


def _unused_note(name: str, spec: DataSpec) -> str:
    hint = _likely(name, spec.all_columns)
    return f"The column {short_repr(name)} is not described, and left out{hint}."


def _likely(name: str, names: Sequence[str]) -> str:
    by_lower_case = {other.lower(): other for other in names}
    close = difflib.get_close_matches(name.lower(), by_lower_case, n=1)
    return f" (is it {short_repr(by_lower_case[close[0]])}?)" if close else ""


def _features(cells: pl.DataFrame, spec: DataSpec) -> list[dict[str, Any]]:
    columns = {
        **{name: _numbers(cells, name, spec) for name in spec.features},
        **{name: _texts(cells, name, spec) for name in spec.categorical},
    }
    if not columns:
        return [{} for _ in range(cells.height)]
    rows = zip(*columns.values(), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _entities(cells: pl.DataFrame, spec: DataSpec) -> dict[str, list[dict[str, str | None]]]:
    """Return the field of entities; a table without any of their columns has none."""
    roles = {role: name for role, name in spec.entities.items() if name in cells.columns}
    if not roles:
        return {}
    rows = zip(*(_texts(cells, name, spec) for name in roles.values()), strict=True)
    return {ENTITIES: [dict(zip(roles, row, strict=True)) for row in rows]}


def _numbers(cells: pl.DataFrame, name: str, spec: DataSpec) -> list[Any]:
    """Return the numbers of a column, None where one is missing, and anything else as text."""
    return _read(cells, name, cell_values.number(name, cells.schema[name], spec))


def _texts(cells: pl.DataFrame, name: str, spec: DataSpec) -> list[str | None]:
    return cells.select(cell_values.text(name, cells.schema[name], spec)).to_series().to_list()


def _read(cells: pl.DataFrame, name: str, number: pl.Expr) -> list[Any]:
    both = cells.select(number.alias("number"), text=pl.col(name).cast(pl.String))
    # JSON has no infinity: written as a number, it would become a missing one.
    return [value if value is None or isfinite(value) else text for value, text in both.iter_rows()]


def _timestamps(cells: pl.DataFrame, spec: DataSpec, day: date | None) -> list[Any]:
    if spec.time is None:
        midnight = _midnight(day, f"{spec.name} has no column of times")
        return [_written(midnight)] * cells.height
    kind = cells.schema[spec.time]
    seconds = _read(cells, spec.time, cell_values.time(spec.time, kind, spec, spec))
    if spec.has_calendar or kind.is_temporal():
        start = datetime(1970, 1, 1, tzinfo=UTC)
        return [_moment(start, value) for value in seconds]
    midnight = _midnight(day, f"its column {spec.time} counts from a midnight")
    return [
        _moment(midnight, value % DAY_SECONDS) if _is_moment(value) else value for value in seconds
    ]


def _moment(start: datetime, seconds: Any) -> Any:
    return _written(start + timedelta(seconds=seconds)) if _is_moment(seconds) else seconds


def _is_moment(seconds: Any) -> bool:
    return isinstance(seconds, float) and FIRST <= seconds <= LAST


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
