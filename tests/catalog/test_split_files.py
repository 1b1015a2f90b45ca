"""Every split has enough frauds to fit or to measure, and leaks are found as it is written."""

import pytest

from fakes.data.described_csv import (
    FRAUDS,
    ROWS,
    SPEC,
    described_rows,
    described_text,
    prepared_shop,
    table_of,
    with_cells,
)
from fakes.data.raw_csv import SMALL, raw_lines, refusal, stored
from foundation.errors import InvalidData
from fraud.data.validation import stored_schema


def test_every_row_is_in_one_split_with_what_people_and_entities_need():
    reader, manifest, _, _ = prepared_shop(described_text(described_rows()))
    table = table_of(reader, manifest)
    assert table.schema == stored_schema(SPEC)
    assert sorted(table["payment"]) == sorted(f"p{row}" for row in range(ROWS))
    assert set(table["till"]) == {"t0", "t1", "t2", "t3", "t4"}
    assert table["scenario"].drop_nulls().to_list() == ["planted"] * FRAUDS
    assert table["age"].null_count() == ROWS / 2
    assert set(table["country"]) == {"NA", 'Bosnia, and "Herzegovina"'}


def refusal_of(frauds: int, **wanted) -> str:
    rows = described_rows()
    for number, row in enumerate(rows):
        row["fraud"] = str(int(number % 2 == 0 and number < 2 * frauds))
    with pytest.raises(InvalidData) as refused:
        prepared_shop(described_text(rows), **wanted)
    return str(refused.value)


def test_data_of_one_class_is_refused():
    assert "All 400 good rows are legitimate: there is nothing to tell apart." in refusal_of(0)
    rows = [{**row, "fraud": "1"} for row in described_rows()]
    with pytest.raises(InvalidData, match="All 400 good rows are fraud"):
        prepared_shop(described_text(rows))


def test_fewer_than_ten_frauds_to_learn_from_are_refused():
    assert "the train split would have 6, of 9 in all" in refusal_of(9)
    assert "the train split would have 8, of 12 in all" in refusal_of(12)


def test_every_split_that_would_do_for_nothing_is_named_at_once():
    message = refusal_of(5, method="time")
    assert "The validation split of shop.csv would have 0 frauds among 60 rows" in message
    assert "The test split of shop.csv would have 0 frauds among 60 rows" in message
    assert "the train split would have 5, of 5 in all" in message


def test_what_would_help_is_advised_and_nothing_that_is_so_already():
    stratified, by_time = refusal_of(12), refusal_of(60, method="time")
    assert "Choose other shares (train_share, validation_share); or give more rows" in stratified
    assert "stratified" not in stratified.split("Nothing was prepared")[1]
    assert "Choose method: stratified" in by_time
    for none_will_do in (refusal_of(9), refusal_of(0)):
        assert "give a file with at least 12 frauds and 3 others" in none_will_do
        assert "Choose" not in none_will_do


def test_a_feature_that_never_changes_is_named():
    text = with_cells("visits", dict.fromkeys(range(ROWS), "3"))
    _, _, findings, _ = prepared_shop(text)
    constant = next(finding for finding in findings if finding.check == "constant columns")
    assert constant.verdict == "warn"
    assert constant.sentence.startswith("visits is constant")


def test_what_is_for_people_is_no_leak():
    _, _, findings, _ = prepared_shop(described_text(described_rows()))
    single = next(finding for finding in findings if finding.check == "single columns")
    assert single.verdict == "ok"
    assert not {"scenario", "payment", "till"} & single.figures.keys()


def test_a_category_that_is_the_label_in_disguise_is_found():
    text = with_cells("channel", dict.fromkeys(range(0, ROWS, ROWS // FRAUDS), "chargeback"))
    _, _, findings, _ = prepared_shop(text)
    single = next(finding for finding in findings if finding.check == "single columns")
    assert single.verdict == "warn"
    assert max(single.figures, key=lambda name: single.figures[name]) == "channel"
    assert "channel" in single.sentence


def test_a_split_without_frauds_is_refused():
    lines = [line.replace('"1"', '"0"') for line in raw_lines()[:-10]]
    lines[-1] = lines[-1].replace('"0"', '"1"')
    params = SMALL.model_copy(update={"method": "time"})
    message = refusal(stored(lines), params)
    assert "The train split of creditcard.csv would have 0 frauds among" in message
    assert "give a file with at least 12 frauds" in message  # no other method would do
