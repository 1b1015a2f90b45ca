"""Facts: the label, the time and the amount of every row of a described file."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
import polars as pl

from catalog.description.draft import Draft
from catalog.description.survey import SAMPLED_ROWS
from catalog.reading.table_file import TableFile
from foundation.errors import InvalidParams
from fraud.data.arrays import Floats
from fraud.data.spec import DataSpec
from fraud.data.validation import values_of
from fraud.plausibility.columns import (
    AmountColumn,
    DescribedColumns,
    KeyColumn,
    LabelColumn,
    TimeColumn,
)
from fraud.plausibility.report import PlausibilityReport, plausibility


@dataclass(frozen=True)
class Facts:
    """Values of all rows, float64[rows]: NaN where a cell is missing or cannot be read.

    `times` are seconds since 1970 where the calendar is known, else since the first midnight;
    `times` and `amounts` are None where the draft has no such column. `plausibility` judges the
    rows in which all of these can be read.
    """

    labels: Floats
    times: Floats | None
    amounts: Floats | None
    has_calendar: bool
    plausibility: PlausibilityReport

    @property
    def frauds(self) -> int:
        """The number of rows whose label is fraud."""
        return int(np.count_nonzero(self.labels == 1))


def read_facts(draft: Draft, table: TableFile, now: datetime) -> Facts | None:
    """Read the columns that matter most; None while the draft leaves open what they mean.

    `now` is a moment with a zone; later dates are in the future.
    """
    try:
        spec = draft.spec().resolved(table.names)
    except InvalidParams:
        return None
    named = [name for name in (spec.label, spec.time, spec.amount) if name is not None]
    core = spec.model_copy(
        update={
            "features": [], "categorical": [], "missing": [], "entities": {}, "id": None,
            "annotations": [], "ignore": [],
        }
    )  # fmt: skip
    tables = [cells.select(values_of(cells, core)) for cells in table.batches(named)]
    values = pl.concat(tables)

    def array(name: str | None) -> Floats | None:
        return None if name is None else values[name].cast(pl.Float64).fill_null(np.nan).to_numpy()

    labels = array(spec.label)
    assert labels is not None
    times, amounts = array(spec.time), array(spec.amount)
    columns = _described(draft, spec, labels, times, amounts)
    return Facts(labels, times, amounts, spec.has_calendar, plausibility(columns, now))


def _described(
    draft: Draft, spec: DataSpec, labels: Floats, times: Floats | None, amounts: Floats | None
) -> DescribedColumns:
    is_read = np.isfinite(labels)
    for values in (times, amounts):
        is_read &= True if values is None else np.isfinite(values)
    positive = labels[is_read].astype(np.int8)
    return DescribedColumns(
        time=None if times is None else TimeColumn(str(spec.time), times[is_read], spec),
        amount=None if amounts is None else AmountColumn(str(spec.amount), amounts[is_read]),
        label=LabelColumn(spec.label, positive, spec.positive),
        keys=[
            *([_key(draft, spec.id, "id")] if spec.id is not None else []),
            *(_key(draft, name, "entity") for name in spec.entities.values()),
            *(_key(draft, name, "category") for name in spec.categorical),
        ],
    )


def _key(draft: Draft, name: str, kind: Literal["id", "entity", "category"]) -> KeyColumn:
    column = draft.survey.by_name[name]
    return KeyColumn(
        name,
        kind,
        rows=len(column.cells),
        distinct=len(column.counts),
        largest=max(column.counts.values(), default=0),
        is_whole=column.rows <= SAMPLED_ROWS,
    )
