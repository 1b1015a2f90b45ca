"""Train categories are the texts of the train split, the commonest first, a thousand at most."""

import polars as pl

from catalog.prepared_data import read_split
from catalog.train_categories import train_categories
from fakes.data.described_csv import (
    ROWS,
    SPEC,
    prepared_shop,
    with_cells,
)


def test_categories_are_those_of_the_train_split_the_commonest_first():
    text = with_cells("channel", {ROWS - 1: "satellite"})  # the last row is in test
    reader, manifest, _, _ = prepared_shop(text, method="time")
    train = read_split(reader, manifest, "train")
    counts = train["channel"].drop_nulls().value_counts().sort("count", descending=True)
    assert manifest.categories["channel"] == counts["channel"].to_list()
    assert "satellite" not in manifest.categories["channel"]
    assert "satellite" in read_split(reader, manifest, "test")["channel"]


def test_equally_common_categories_follow_the_alphabet_and_a_thousand_are_kept(tmp_path):
    rare = [f"till {number:04}" for number in range(1200)]
    columns = {"channel": [*reversed(rare), "bus", "bus", None, None, None], "country": None}
    pl.DataFrame(columns).write_parquet(tmp_path / "train.parquet")
    known = train_categories(tmp_path / "train.parquet", SPEC)
    assert known == {"channel": ["bus", *rare[:999]], "country": []}
