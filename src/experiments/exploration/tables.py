"""Tables of an exploration: its splits, its columns and its duplicates."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from fraud.data.column_profile import ColumnFacts

if TYPE_CHECKING:
    from catalog.prepared_data import Manifest
    from catalog.split_files import SplitFile

HOUR_SECONDS = 3600


def shape_table(manifest: "Manifest") -> pl.DataFrame:
    """Return one row a split: rows, frauds, fraud share and hours since the first midnight.

    Data without a time has no hours.
    """
    return pl.DataFrame(
        [
            {
                "split": name,
                "rows": split.rows,
                "frauds": split.frauds,
                "fraud share": f"{split.fraud_share:.3%}",
                **_hours(split),
            }
            for name, split in manifest.splits.items()
        ]
    )


def _hours(split: "SplitFile") -> dict[str, float]:
    if split.first_time is None or split.last_time is None:
        return {}
    return {
        "first hour": round(split.first_time / HOUR_SECONDS, 1),
        "last hour": round(split.last_time / HOUR_SECONDS, 1),
    }


def column_table(columns: Sequence[ColumnFacts]) -> pl.DataFrame:
    """Return one row a column, the highest ROC AUC of a single column first."""
    return pl.DataFrame(
        [
            {
                "column": facts.name,
                "kind": facts.kind,
                "missing": f"{facts.missing_share:.1%}",
                "distinct": facts.distinct,
                "low": facts.low,
                "median": facts.median,
                "high": facts.high,
                "ROC AUC alone": round(facts.univariate_auc, 3),
                "drift (KS)": round(facts.drift, 3),
            }
            for facts in sorted(columns, key=lambda facts: -facts.univariate_auc)
        ]
    )


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
    return f"{sentence} {manifest.quarantined:,} rows were set aside: {reasons}."
