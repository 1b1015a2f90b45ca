"""Labelled splits: a prepared split as a model takes it."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from datasets.prepared_data import Manifest, read_split
from foundation.executions import Execution
from foundation.locations import Split

if TYPE_CHECKING:
    from fraud.labelled_rows import LabelledRows

SECONDS_A_DAY = 86_400


def read_labelled(execution: Execution, manifest: Manifest, name: Split) -> "LabelledRows":
    """Read one split; DigestMismatch when it is not the one that was prepared."""
    from fraud.labelled_rows import LabelledRows

    table = read_split(execution, manifest, name)
    rows = np.ascontiguousarray(table.select(manifest.columns).to_numpy(), dtype=np.float64)
    return LabelledRows(tuple(manifest.columns), rows, table[manifest.label].to_numpy())


def days(rows: "LabelledRows") -> npt.NDArray[np.int64]:
    """The whole-number day of each row. The time, in seconds, is the last column of every model."""
    day: npt.NDArray[np.int64] = (rows.rows[:, -1] // SECONDS_A_DAY).astype(np.int64)
    return day
