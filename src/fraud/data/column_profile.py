"""Column profile: values, univariate ROC AUC and drift of each column of a table."""

from dataclasses import dataclass

import numpy as np

from fraud.data.arrays import Floats, Integers, Labels
from fraud.data.labelled_rows import LabelledRows

THIRDS = 3


@dataclass(frozen=True)
class ColumnFacts:
    """The profile of one column, over its values that are not missing (of a category: its codes).

    `univariate_auc` is the area under the ROC curve of the column alone, folded to 0.5 … 1. `drift`
    is the Kolmogorov-Smirnov distance between the first and the last third of the rows in time.
    """

    name: str
    kind: str  # number, category, amount or time
    missing_share: float
    distinct: int
    low: float
    median: float
    high: float
    univariate_auc: float
    drift: float


def column_facts(rows: LabelledRows) -> list[ColumnFacts]:
    """Describe every column of the rows, in their order."""
    order = np.argsort(rows.times, kind="stable")
    third = len(order) // THIRDS
    first, last = order[:third], order[len(order) - third :]
    return [
        _facts(name, rows, rows.rows[:, place], (first, last))
        for place, name in enumerate(rows.columns)
    ]


def _facts(
    name: str,
    rows: LabelledRows,
    values: Floats,
    ends: tuple[Integers, Integers],
) -> ColumnFacts:
    there = ~np.isnan(values)
    known = values[there]
    low, median, high = np.quantile(known, [0, 0.5, 1]) if len(known) else [np.nan] * 3
    first, last = (values[end][there[end]] for end in ends)
    return ColumnFacts(
        name=name,
        kind=_kind(name, rows),
        missing_share=1 - len(known) / max(len(values), 1),
        distinct=len(np.unique(known)),
        low=float(low),
        median=float(median),
        high=float(high),
        univariate_auc=univariate_auc(known, rows.labels[there]),
        drift=kolmogorov_smirnov_distance(first, last),
    )


def _kind(name: str, rows: LabelledRows) -> str:
    if name in rows.categories:
        return "category"
    return {rows.columns[-2]: "amount", rows.columns[-1]: "time"}.get(name, "number")


def univariate_auc(values: Floats, labels: Labels) -> float:
    """Return the ROC AUC of the values as a score, folded to 0.5 … 1 (Mann and Whitney, 1947).

    0.5 where there is only one class, or no value.
    """
    frauds = int(labels.sum())
    others = len(labels) - frauds
    if not frauds or not others:
        return 0.5
    above = _ranks(values)[labels == 1].sum() - frauds * (frauds + 1) / 2
    area = above / (frauds * others)
    return float(max(area, 1 - area))


def _ranks(values: Floats) -> Floats:
    """Return the rank of each value from 1; equal values share the mean of their ranks."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    means: Floats = np.cumsum(counts) - (counts - 1) / 2
    return means[places]


def kolmogorov_smirnov_distance(one: Floats, other: Floats) -> float:
    """Return the Kolmogorov-Smirnov distance between the empirical distributions of two samples."""
    if not len(one) or not len(other):
        return 0.0
    places = np.concatenate([one, other])
    shares = (
        np.searchsorted(np.sort(part), places, side="right") / len(part) for part in (one, other)
    )
    return float(np.abs(np.subtract(*shares)).max())
