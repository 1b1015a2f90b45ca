"""A row with the identifier of an earlier row is a bad row, named with the row that has it."""

import polars as pl
import pytest

from fakes.data.described_csv import (
    ROWS,
    described_rows,
    described_text,
    prepared_shop,
    table_of,
    with_cells,
)
from foundation.errors import InvalidData


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
        table_of(reader, manifest).height
        == ROWS - 3
        == table_of(reader, manifest)["payment"].n_unique()
    )


def test_a_file_written_twice_over_is_refused():
    text = described_text(described_rows() + described_rows())
    with pytest.raises(InvalidData, match="400 with a repeated identifier") as refusal:
        prepared_shop(text)
    assert "if rows were delivered twice, leave out the second ones" in str(refusal.value)


def test_an_identifier_that_names_a_party_is_refused_with_what_to_write():
    text = with_cells("payment", {row: f"c{row % 30}" for row in range(ROWS)})
    with pytest.raises(InvalidData, match="370 with a repeated identifier") as refusal:
        prepared_shop(text)
    assert "write entities: {customer: payment} in place of id: payment" in str(refusal.value)


def test_rows_alike_but_for_their_identifier_are_duplicates():
    rows = [*described_rows(), {**described_rows()[7], "payment": "another"}]
    _, manifest, findings, _ = prepared_shop(described_text(rows))
    assert manifest.duplicate_rows == 1
    assert findings[0].verdict == "ok"
