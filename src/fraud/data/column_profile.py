"""Column profile: values, gaps, univariate ROC AUC and drift of each column of a table."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from fraud.data.arrays import Floats, Integers
from fraud.data.labelled_rows import LabelledRows

THIRDS = 3


@dataclass(frozen=True)
class ColumnFacts:
    """The profile of one column, over its values that are not missing.

    A category has no `low`, `median` and `high`, which are NaN; `commonest` is its commonest text,
    and that of any other column is empty. `univariate_auc` is the area under the ROC curve of the
    column alone, folded to 0.5 … 1. `drift` is the distance between the first and the last third of
    the rows in time: of numbers that of Kolmogorov and Smirnov, of texts the total variation, in
    which a missing text counts as a text. It is None for
    rows without a time.
    """

    name: str
    kind: str  # number, category, amount or time
    missing_share: float
    distinct: int
    low: float
    median: float
    high: float
    univariate_auc: float
    drift: float | None
    commonest: str = ""


def column_facts(
    rows: LabelledRows, table: pl.DataFrame, strengths: Mapping[str, float]
) -> list[ColumnFacts]:
    """Describe every column of the rows, in their order.

    `table` has the same rows with the values as they were prepared: texts, and null where a value
    is missing, which is less often than an unknown text is. `strengths` has the univariate ROC AUC
    of each column (`fraud.leakage.checks.single_column_aucs`).
    """
    ends = None if rows.times is None else _first_and_last_third(rows.times)
    return [_facts(_kind(name, rows), table[name], strengths[name], ends) for name in rows.columns]


def _first_and_last_third(times: Floats) -> tuple[Integers, Integers]:
    order = np.argsort(times, kind="stable")
    third = len(order) // THIRDS
    return order[:third], order[len(order) - third :]


def _facts(
    kind: str, column: pl.Series, strength: float, ends: tuple[Integers, Integers] | None
) -> ColumnFacts:
    known = column.drop_nulls()
    is_text = kind == "category"
    numbers = np.empty(0) if is_text else known.to_numpy().astype(np.float64)
    low, median, high = np.quantile(numbers, [0, 0.5, 1]) if len(numbers) else [np.nan] * 3
    parts = None if ends is None else [column[end] for end in ends]
    return ColumnFacts(
        name=column.name,
        kind=kind,
        missing_share=column.null_count() / max(len(column), 1),
        distinct=known.n_unique(),
        low=float(low),
        median=float(median),
        high=float(high),
        univariate_auc=strength,
        drift=None if parts is None else _drift(*parts, is_text=is_text),
        commonest=_commonest(known) if is_text else "",
    )


def _drift(first: pl.Series, last: pl.Series, *, is_text: bool) -> float:
    if is_text:
        return total_variation(first, last)
    parts = (part.drop_nulls().to_numpy().astype(np.float64) for part in (first, last))
    return kolmogorov_smirnov_distance(*parts)


def _commonest(texts: pl.Series) -> str:
    """Return the commonest text; of equally common ones the first in the alphabet."""
    return str(texts.mode().sort()[0]) if len(texts) else ""


def _kind(name: str, rows: LabelledRows) -> str:
    if name in rows.categories:
        return "category"
    return {rows.roles.amount: "amount", rows.roles.time: "time"}.get(name, "number")


def total_variation(one: pl.Series, other: pl.Series) -> float:
    """Return the total variation distance between the shares of values in two samples.

    It is half the sum of the differences of all shares; null is a value too.
    """
    if not len(one) or not len(other):
        return 0.0
    shares = [_shares(part) for part in (one, other)]
    values = shares[0].keys() | shares[1].keys()
    return sum(abs(shares[0].get(value, 0) - shares[1].get(value, 0)) for value in values) / 2


def _shares(part: pl.Series) -> dict[str | None, float]:
    counted = part.value_counts(name="rows")
    return dict(zip(counted[part.name], counted["rows"] / len(part), strict=True))


def kolmogorov_smirnov_distance(one: Floats, other: Floats) -> float:
    """Return the Kolmogorov-Smirnov distance between the empirical distributions of two samples."""
    if not len(one) or not len(other):
        return 0.0
    places = np.concatenate([one, other])
    shares = (
        np.searchsorted(np.sort(part), places, side="right") / len(part) for part in (one, other)
    )
    return float(np.abs(np.subtract(*shares)).max())
