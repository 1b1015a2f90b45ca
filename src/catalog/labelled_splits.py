"""Labelled splits: prepared splits as model matrices, with point-in-time history features."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from catalog.prepared_data import Manifest, read_split
from foundation.errors import InvalidParams
from foundation.executions import Execution
from foundation.locations import SPLITS, Split
from fraud.data.arrays import Floats

if TYPE_CHECKING:
    from fraud.data.labelled_rows import LabelledRows
    from fraud.features.history import HistoryStep


@dataclass(frozen=True)
class Development:
    """The splits that a model is developed on: train and validation, never test."""

    train: "LabelledRows"
    validation: "LabelledRows"
    manifest: Manifest


def read_labelled(
    execution: Execution, manifest: Manifest, name: Split, history: Sequence["HistoryStep"] = ()
) -> "LabelledRows":
    """Read one split as a matrix, its labels beside it.

    The columns of `history` stand before the amount and the time. They are computed over all splits
    together: an earlier transaction is known, whichever split it is in.

    Raises:
        DigestMismatch: The split is not the one that was prepared.
        InvalidParams: `history` names an entity that the data lacks, or adds a column twice.
        RoleMissing: `history` needs a time or an amount that the data lacks.
    """
    return _read(execution, manifest, (name,), history)[name]


def read_development(
    execution: Execution, manifest: Manifest, history: Sequence["HistoryStep"] = ()
) -> Development:
    """Read train and validation as `read_labelled` does, computing their history once."""
    rows = _read(execution, manifest, ("train", "validation"), history)
    return Development(rows["train"], rows["validation"], manifest)


def _read(
    execution: Execution,
    manifest: Manifest,
    requested: Sequence[Split],
    history: Sequence["HistoryStep"],
) -> dict[Split, "LabelledRows"]:
    _require_known(manifest, history)
    names = SPLITS if history else requested
    tables = {name: read_split(execution, manifest, name) for name in names}
    pasts = _pasts(tables, manifest, history)
    return {name: _labelled(tables[name], manifest, pasts[name]) for name in requested}


def _require_known(manifest: Manifest, history: Sequence["HistoryStep"]) -> None:
    """Raise for steps of an unknown entity, without their time or amount, or named twice."""
    if history:
        from fraud.features.history import require_described

        require_described(history, manifest.roles, data=manifest.data)
    strangers = sorted({step.entity for step in history} - manifest.entities.keys())
    columns = [*manifest.columns, *(name for step in history for name in step.columns())]
    repeated = sorted({name for name in columns if columns.count(name) > 1})
    problems = []
    if strangers:
        has = ", ".join(sorted(manifest.entities)) or "none"
        problems.append(f"it names no entity {', '.join(strangers)} (it has {has})")
    if repeated:
        problems.append(f"history would add columns that there are: {', '.join(repeated)}")
    if problems:
        source = f"The data set {manifest.data}"
        raise InvalidParams(source, problems)


def _pasts(
    tables: Mapping[Split, pl.DataFrame], manifest: Manifest, history: Sequence["HistoryStep"]
) -> dict[Split, dict[str, Floats]]:
    """Compute the columns of `history` over all tables together, and split them by table."""
    if not history:
        return {name: {} for name in tables}
    from fraud.features.history import NEEDS_TIME, history_columns

    time = manifest.roles.require_time(NEEDS_TIME, data=manifest.data)
    amount = manifest.amount
    used = [*manifest.entities.values(), *manifest.roles.columns, manifest.label]
    together = pl.concat([table.select(used) for table in tables.values()])
    columns: dict[str, Floats] = {}
    for step in history:
        columns |= history_columns(
            step,
            keys=together[manifest.entities[step.entity]],
            times=together[time].to_numpy(),
            amounts=None if amount is None else together[amount].to_numpy(),
            labels=together[manifest.label].to_numpy(),
        )
    ends = np.cumsum([table.height for table in tables.values()])[:-1]
    cut = {name: np.split(values, ends) for name, values in columns.items()}
    return {
        split: {name: parts[at] for name, parts in cut.items()} for at, split in enumerate(tables)
    }


def _labelled(
    table: pl.DataFrame, manifest: Manifest, past: Mapping[str, Floats]
) -> "LabelledRows":
    from fraud.data.labelled_rows import LabelledRows

    roles = manifest.roles
    columns = (*roles.others(manifest.columns), *past, *roles.columns)
    numbers = table.with_columns(
        *(_codes(name, texts) for name, texts in manifest.categories.items()),
        *(pl.Series(name, values) for name, values in past.items()),
    )
    return LabelledRows(
        columns=columns,
        rows=np.ascontiguousarray(numbers.select(columns).to_numpy(), dtype=np.float64),
        labels=table[manifest.label].to_numpy(),
        categories={name: tuple(texts) for name, texts in manifest.categories.items()},
        may_miss=frozenset(manifest.missing),
        roles=roles,
    )


def _codes(name: str, texts: list[str]) -> pl.Expr:
    """Return codes for the texts of a column, in the manifest's order; null for any other text."""
    codes = np.arange(len(texts), dtype=np.float64)
    return pl.col(name).replace_strict(texts, codes, default=None, return_dtype=pl.Float64)
