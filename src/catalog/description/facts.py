"""Facts: the label, the time and the amount of every row of a described file."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from catalog.description.draft import Draft
from catalog.reading.table_file import TableFile
from foundation.errors import InvalidParams
from fraud.data.arrays import Floats
from fraud.data.validation import values_of


@dataclass(frozen=True)
class Facts:
    """Values of all rows, float64[rows]: NaN where a cell is missing or cannot be read.

    `times` are seconds since 1970 where the calendar is known, else since the first midnight;
    `times` and `amounts` are None where the draft has no such column.
    """

    labels: Floats
    times: Floats | None
    amounts: Floats | None
    has_calendar: bool

    @property
    def frauds(self) -> int:
        """The number of rows whose label is fraud."""
        return int(np.count_nonzero(self.labels == 1))


def read_facts(draft: Draft, table: TableFile) -> Facts | None:
    """Read the columns that matter most; None while the draft leaves open what they mean."""
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
    return Facts(labels, array(spec.time), array(spec.amount), spec.has_calendar)
