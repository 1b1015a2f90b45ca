"""Described data: files with every kind of column are prepared by their description alone."""

import polars as pl
import pytest

from catalog.prepared_data import read_split
from catalog.train_categories import train_categories
from fakes.described_csv import (
    FRAUDS,
    HEADER,
    ROWS,
    SPEC,
    described_rows,
    described_text,
    prepared_shop,
)
from foundation import locations
from foundation.errors import InvalidData
from fraud.data.validation import stored_schema


def with_cells(column: str, cells: dict[int, str]) -> bytes:
    rows = described_rows()
    for row, cell in cells.items():
        rows[row][column] = cell
    return described_text(rows)


def splits_of(reader, manifest) -> pl.DataFrame:
    return pl.concat([read_split(reader, manifest, name) for name in locations.SPLITS])


def test_every_row_is_in_one_split_with_what_people_and_entities_need():
    reader, manifest, _, _ = prepared_shop(described_text(described_rows()))
    table = splits_of(reader, manifest)
    assert table.schema == stored_schema(SPEC)
    assert sorted(table["payment"]) == sorted(f"p{row}" for row in range(ROWS))
    assert set(table["till"]) == {"t0", "t1", "t2", "t3", "t4"}
    assert table["scenario"].drop_nulls().to_list() == ["planted"] * FRAUDS
    assert table["age"].null_count() == ROWS / 2
    assert set(table["country"]) == {"NA", 'Bosnia, and "Herzegovina"'}


def test_the_manifest_tells_what_each_column_is():
    _, manifest, _, _ = prepared_shop(described_text(described_rows()))
    assert manifest.columns == ["age", "visits", "channel", "country", "amount", "seconds"]
    assert (manifest.id, manifest.entities) == (SPEC.id, SPEC.entities)
    assert manifest.missing == ["age"]
    assert not manifest.simulated


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


def test_data_that_exists_only_as_a_simulation_says_so_without_an_origin():
    spec = SPEC.model_copy(update={"simulated": True})
    _, manifest, _, _ = prepared_shop(described_text(described_rows()), spec)
    assert manifest.simulated


def test_another_role_of_a_column_gives_another_place():
    text = described_text(described_rows())
    _, one, _, _ = prepared_shop(text)
    annotated = {"entities": {"customer": "customer_id"}, "annotations": ["scenario", "till"]}
    _, other, _, _ = prepared_shop(text, SPEC.model_copy(update=annotated))
    assert one.data_digest != other.data_digest


# Identifiers


def test_a_repeated_identifier_is_a_bad_row_named_with_the_row_that_has_it():
    with pytest.raises(InvalidData) as refusal:
        prepared_shop(with_cells("payment", {9: "p2", 20: "p2", 30: "p1"}))
    assert "3 of 400 (0.75%): 3 with a repeated identifier" in str(refusal.value)
    assert "  - row 10: payment is that of row 3\n" in str(refusal.value)
    assert "  - row 31: payment is that of row 2\n" in str(refusal.value)


def test_a_row_with_a_repeated_identifier_is_set_aside_and_nothing_else():
    text = with_cells("payment", {9: "p2", 20: "", 30: "p1"})
    reader, manifest, _, files = prepared_shop(text, bad_rows="quarantine")
    lines = text.decode().splitlines()
    assert pl.read_parquet(files["quarantine.parquet"]).rows() == [
        (10, "payment is that of row 3", lines[10]),
        (21, "payment is empty", lines[21]),
        (31, "payment is that of row 2", lines[31]),
    ]
    reasons = {"a missing identifier": 1, "a repeated identifier": 2}
    assert (manifest.raw_rows, manifest.quarantined_reasons) == (ROWS, reasons)
    assert (
        splits_of(reader, manifest).height
        == ROWS - 3
        == splits_of(reader, manifest)["payment"].n_unique()
    )


def test_a_file_written_twice_over_is_refused():
    text = described_text(described_rows() + described_rows())
    with pytest.raises(InvalidData, match="400 with a repeated identifier"):
        prepared_shop(text)


def test_rows_alike_but_for_their_identifier_are_duplicates():
    rows = [*described_rows(), {**described_rows()[7], "payment": "another"}]
    _, manifest, findings, _ = prepared_shop(described_text(rows))
    assert manifest.duplicate_rows == 1
    assert findings[0].verdict == "ok"


# What nothing can be learned from


def refusal(frauds: int, **wanted) -> str:
    rows = described_rows()
    for number, row in enumerate(rows):
        row["fraud"] = str(int(number % 2 == 0 and number < 2 * frauds))
    with pytest.raises(InvalidData) as refused:
        prepared_shop(described_text(rows), **wanted)
    return str(refused.value)


def test_data_of_one_class_is_refused():
    assert "All 400 good rows are legitimate: there is nothing to tell apart." in refusal(0)
    rows = [{**row, "fraud": "1"} for row in described_rows()]
    with pytest.raises(InvalidData, match="All 400 good rows are fraud"):
        prepared_shop(described_text(rows))


def test_fewer_than_ten_frauds_to_learn_from_are_refused():
    assert "the train split would have 6, of 9 in all" in refusal(9)
    assert "the train split would have 8, of 12 in all" in refusal(12)


def test_every_split_that_would_do_for_nothing_is_named_at_once():
    message = refusal(5, method="time")
    assert "The validation split of shop.csv would have 0 frauds among 60 rows" in message
    assert "The test split of shop.csv would have 0 frauds among 60 rows" in message
    assert "the train split would have 5, of 5 in all" in message


def test_a_feature_that_never_changes_is_named():
    text = with_cells("visits", dict.fromkeys(range(ROWS), "3"))
    _, _, findings, _ = prepared_shop(text)
    idle = next(finding for finding in findings if finding.check == "idle columns")
    assert idle.verdict == "warn"
    assert idle.sentence.startswith("visits is constant")


def test_what_is_for_people_is_no_leak():
    _, _, findings, _ = prepared_shop(described_text(described_rows()))
    single = next(finding for finding in findings if finding.check == "single columns")
    assert single.verdict == "ok"
    assert not {"scenario", "payment", "till"} & single.figures.keys()


def test_a_category_that_is_the_label_in_disguise_is_found():
    text = with_cells("channel", dict.fromkeys(range(0, ROWS, ROWS // FRAUDS), "chargeback"))
    _, _, findings, _ = prepared_shop(text)
    single = next(finding for finding in findings if finding.check == "single columns")
    assert (single.verdict, list(single.figures)) == ("warn", ["channel"])


def test_a_file_without_its_annotations_is_refused():
    text = described_text(described_rows()).replace(b"scenario", b"scenraio", 1)
    with pytest.raises(InvalidData, match="did you mean scenario"):
        prepared_shop(text)
    assert "scenario" in HEADER
