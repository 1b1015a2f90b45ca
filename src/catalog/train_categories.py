"""Train categories: the vocabulary of each categorical column, taken from the train split."""

from pathlib import Path

import polars as pl

from fraud.data.spec import DataSpec

MOST_CATEGORIES = 1_000  # of a column; a model treats rarer texts as unseen


def train_categories(train: Path, spec: DataSpec) -> dict[str, list[str]]:
    """Return the texts of each categorical column of a split, the commonest first.

    Equally common texts are in alphabetical order.
    """
    table = pl.scan_parquet(train)
    return {name: _commonest(table, name) for name in spec.categorical}


def _commonest(table: pl.LazyFrame, name: str) -> list[str]:
    counted = table.select(text=pl.col(name)).drop_nulls().group_by("text").len()
    ordered = counted.sort("len", "text", descending=[True, False]).head(MOST_CATEGORIES)
    texts: list[str] = ordered.collect(engine="streaming")["text"].to_list()
    return texts
