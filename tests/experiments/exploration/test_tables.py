"""The tables of an exploration: splits, columns and repeated rows."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from catalog.split_files import SplitFile
from experiments.exploration.result import Exploration
from experiments.exploration.tables import column_table, duplicates, shape_table
from experiments.session import ExperimentSession
from fraud.data.column_profile import ColumnFacts


def test_every_column_is_in_the_table_the_strongest_first(
    explored: tuple[Exploration, ExperimentSession],
) -> None:
    table = explored[0].column_table()
    assert table.height == len(explored[0].rows.columns)
    assert table["column"][0] == "V1"  # nearly tells who is a fraud
    assert table["ROC AUC alone"].is_sorted(descending=True)


def test_a_column_is_described_in_rounded_numbers() -> None:
    weak = ColumnFacts("Time", "time", 0.0, 9, 0.0, 4.0, 9.0, 0.51234, 0.98765)
    strong = ColumnFacts("V1", "number", 0.125, 400, -1.0, 0.5, 2.0, 0.9, 0.1)
    first, second = column_table([weak, strong]).to_dicts()
    assert first["column"] == "V1"
    assert (first["missing"], first["distinct"], first["median"]) == ("12.5%", 400, 0.5)
    assert (second["ROC AUC alone"], second["drift"]) == (0.512, 0.988)


def test_a_column_of_text_has_a_commonest_text_and_no_numbers() -> None:
    nan = float("nan")
    text = ColumnFacts("shop", "category", 0.5, 3, nan, nan, nan, 0.6, 0.1, "web")
    [row] = column_table([text]).to_dicts()
    assert (row["low"], row["median"], row["high"], row["commonest"]) == (None, None, None, "web")


def test_each_split_has_its_frauds_and_its_moments() -> None:
    split = SplitFile(
        rows=1000, frauds=2, fraud_share=0.002, first_time=0.0, last_time=5400.0,
        sha256="d" * 64, bytes=9,
    )  # fmt: skip
    [row] = shape_table(manifest(splits={"train": split})).to_dicts()
    assert row == {
        "split": "train", "rows": 1000, "frauds": 2, "fraud share": "0.200%",
        "first": "day 1, 00:00", "last": "day 1, 01:30",
    }  # fmt: skip
    [dated] = shape_table(
        manifest(splits={"train": split}, time_since=date(2024, 2, 29))
    ).to_dicts()
    assert (dated["first"], dated["last"]) == ("2024-02-29 00:00", "2024-02-29 01:30")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "30 of 1,000 rows repeat an earlier one (4 of them frauds)"),
        ({}, "copies are kept in one split. No row was set aside."),
        ({"together": False}, "copies are dealt as they are."),
        (
            {"quarantined": 3, "quarantined_reasons": {"no amount": 2, "no label": 1}},
            "Set aside: 3 rows (2 no amount, 1 no label).",
        ),
    ],
)
def test_repeated_and_bad_rows_are_counted_in_words(changed: dict[str, Any], words: str) -> None:
    assert words in duplicates(manifest(**changed))


def manifest(*, together: bool = True, **changed: Any) -> Any:
    facts: dict[str, Any] = {
        "raw_rows": 1000, "duplicate_rows": 30, "duplicate_frauds": 4, "quarantined": 0,
        "quarantined_reasons": {}, "time_since": None,
        "split": SimpleNamespace(keep_duplicates_together=together),
    }  # fmt: skip
    return SimpleNamespace(**facts | changed)
