"""Plausibility of a raw file: its good rows beside its description, and what is stopped."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import numpy as np
import polars as pl

from catalog.reading.raw_table import RawTable
from foundation.errors import InvalidData
from foundation.params import Params
from fraud.data.spec import DataSpec
from fraud.plausibility.columns import (
    AmountColumn,
    DescribedColumns,
    KeyColumn,
    LabelColumn,
    TimeColumn,
)
from fraud.plausibility.finding import PlausibilityFinding
from fraud.plausibility.report import PlausibilityReport, plausibility

Reaction = Literal["stop", "warn"]


class PlausibilityParams(Params):
    """What follows from values that cannot be as they are described, and from doubtful ones."""

    if_impossible: Reaction = "stop"
    if_doubtful: Reaction = "warn"


def raw_plausibility(raw: RawTable, *, repeated_ids: int, now: datetime) -> PlausibilityReport:
    """Check the good rows of a file; `repeated_ids` of its other rows repeat an identifier."""
    spec = raw.spec
    columns = DescribedColumns(
        time=None
        if spec.time is None or raw.times is None
        else TimeColumn(spec.time, raw.times, spec),
        amount=_amounts(raw),
        label=LabelColumn(spec.label, raw.labels, spec.positive),
        keys=list(_keys(raw, repeated_ids)),
    )
    return plausibility(columns, now)


def require_plausible(
    report: PlausibilityReport, params: PlausibilityParams, spec: DataSpec
) -> None:
    """Raise InvalidData, with every doubt, where one of them is to stop the preparation."""
    stopped = [
        name
        for name, found, reaction in (
            ("if_impossible", report.impossible, params.if_impossible),
            ("if_doubtful", report.doubtful, params.if_doubtful),
        )
        if found and reaction == "stop"
    ]
    if not stopped:
        return
    listed = "\n".join(_line(finding) for finding in report.doubts)
    warned = ", ".join(f"{name}: warn" for name in stopped)
    message = (
        f"{spec.raw} holds what params/data/{spec.name}.yaml does not describe:\n{listed}\nNothing "
        "was prepared. Correct the description, or the file. To go on with the values as they are: "
        f"{warned}."
    )
    raise InvalidData(message)


def _line(finding: PlausibilityFinding) -> str:
    return f"  - {finding.verdict}, {finding.check}: {finding.sentence}"


def _amounts(raw: RawTable) -> AmountColumn | None:
    name = raw.spec.amount
    if name is None:
        return None
    values = np.concatenate([rows[name].to_numpy() for rows in raw.tables([name])])
    return AmountColumn(name, values)


def _keys(raw: RawTable, repeated_ids: int) -> Iterator[KeyColumn]:
    spec, rows = raw.spec, len(raw.labels)
    if spec.id is not None:
        yield KeyColumn(spec.id, "id", rows + repeated_ids, rows)
    for name in spec.entities.values():
        yield KeyColumn(name, "entity", *_counts(raw, spec.key_columns[name]))
    for name in spec.categorical:
        yield KeyColumn(name, "category", *_counts(raw, name))


def _counts(raw: RawTable, name: str) -> tuple[int, int, int]:
    """Return the rows that have a value, the different values, and the rows of the commonest."""
    hashes = pl.concat([rows[name].drop_nulls().hash() for rows in raw.tables([name])])
    counts = hashes.value_counts()["count"].to_numpy()
    return len(hashes), len(counts), int(counts.max(initial=0))
