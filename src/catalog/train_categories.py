"""Train categories: the texts that a categorical column is known by."""

from pathlib import Path

import polars as pl

from fraud.data.spec import DataSpec

MOST_CATEGORIES = 1_000  # of a column; what is rarer is to a model as what it never saw


def train_categories(train: Path, spec: DataSpec) -> dict[str, list[str]]:
    """List the texts of each categorical column of a split, the commonest first.

    Texts that are equally common follow the alphabet.
    """
    table = pl.scan_parquet(train)
    return {name: _commonest(table, name) for name in spec.categorical}


def _commonest(table: pl.LazyFrame, name: str) -> list[str]:
    counted = table.select(text=pl.col(name)).drop_nulls().group_by("text").len()
    ordered = counted.sort("len", "text", descending=[True, False]).head(MOST_CATEGORIES)
    texts: list[str] = ordered.collect(engine="streaming")["text"].to_list()
    return texts
