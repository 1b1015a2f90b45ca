"""Tables of an exploration: its splits, its columns and its duplicates."""

from collections.abc import Sequence
from datetime import date
from math import isnan
from typing import TYPE_CHECKING

import polars as pl

from foundation.wording import counted
from fraud.data.column_profile import ColumnFacts
from fraud.data.moments import moment

if TYPE_CHECKING:
    from catalog.prepared_data import Manifest
    from catalog.split_files import SplitFile


def shape_table(manifest: "Manifest") -> pl.DataFrame:
    """Return one row a split: rows, frauds, fraud share, and its first and last moment.

    Moments are dates in UTC where a calendar is known, else days and hours since the first
    midnight. Data without a time has none.
    """
    return pl.DataFrame(
        [
            {
                "split": name,
                "rows": split.rows,
                "frauds": split.frauds,
                "fraud share": f"{split.fraud_share:.3%}",
                **_moments(split, manifest.time_since),
            }
            for name, split in manifest.splits.items()
        ]
    )


def _moments(split: "SplitFile", since: date | None) -> dict[str, str]:
    if split.first_time is None or split.last_time is None:
        return {}
    return {"first": moment(split.first_time, since), "last": moment(split.last_time, since)}


def column_table(columns: Sequence[ColumnFacts]) -> pl.DataFrame:
    """Return one row a column, the highest ROC AUC of a single column first.

    Data without a time has no drift.
    """
    return pl.DataFrame(
        [
            {
                "column": facts.name,
                "kind": facts.kind,
                "missing": f"{facts.missing_share:.1%}",
                "distinct": facts.distinct,
                "low": _number(facts.low),
                "median": _number(facts.median),
                "high": _number(facts.high),
                "commonest": facts.commonest,
                "ROC AUC alone": round(facts.univariate_auc, 3),
                **({} if facts.drift is None else {"drift": round(facts.drift, 3)}),
            }
            for facts in sorted(columns, key=lambda facts: -facts.univariate_auc)
        ]
    )


def _number(value: float) -> float | None:
    """Return None, an empty cell, for a column that has no such number."""
    return None if isnan(value) else value


def duplicates(manifest: "Manifest") -> str:
    """Return a sentence on duplicate rows, and on rows that were set aside."""
    together = (
        "kept in one split" if manifest.split.keep_duplicates_together else "dealt as they are"
    )
    sentence = (
        f"{manifest.duplicate_rows:,} of {manifest.raw_rows:,} rows repeat an earlier one "
        f"({manifest.duplicate_frauds:,} of them frauds); copies are {together}."
    )
    if not manifest.quarantined:
        return f"{sentence} No row was set aside."
    reasons = ", ".join(f"{count:,} {why}" for why, count in manifest.quarantined_reasons.items())
    return f"{sentence} Set aside: {counted(manifest.quarantined, 'row')} ({reasons})."
