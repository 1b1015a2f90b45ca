"""Raw checks: a raw file of another digest, too few rows or bad rows is refused, or quarantined."""

import json

import polars as pl
import pytest

from catalog.prepared_data import data_spec, read_manifest
from fakes.data.raw_csv import (
    BUCKET,
    DEMANDING,
    RAW,
    ROWS,
    SMALL,
    execution,
    prepared,
    raw_lines,
    refusal,
    stored,
    with_cell,
)
from foundation.digests import digest_of_bytes
from foundation.errors import DigestMismatch
from pipeline.prepare import PrepareParams


def test_too_few_rows_are_refused():
    message = refusal(stored(raw_lines()), PrepareParams(require_digest=False))
    assert "has 400 good rows and needs at least 100,000" in message
    assert message.endswith("For a smaller file on purpose: minimum_rows: 400")


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("V7", "", "row 12: V7 is empty"),
        ("V7", "NaN", "row 12: V7 is 'NaN', not a finite number"),
        ("V7", "-inf", "row 12: V7 is '-inf', not a finite number"),
        ("Amount", "12,50 €"[3:], "row 12: Amount is '50 €', not a number"),
        ("Amount", "-0.01", "row 12: Amount is -0.01, and it cannot be negative"),
        ("Time", "-1", "row 12: Time is -1, and it cannot be negative"),
        ("Class", '"2"', "row 12: Class is '2', and a label is 0 or 1"),
        ("Class", '"fraud"', "row 12: Class is 'fraud', and a label is 0 or 1"),
        ("V7", "1,2", "row 12: it has 32 fields, the header 31"),
    ],
)
def test_a_bad_row_is_refused_with_its_number_column_and_value(column, value, reason):
    message = refusal(stored(with_cell(12, column, value)))
    assert reason in message
    assert "1 of 400 (0.25%)" in message
    assert "bad_rows: quarantine" in message


def test_many_bad_rows_are_counted_by_reason_and_the_first_are_shown():
    lines = [line.removesuffix('"0"') + '"7"' if '"0"' in line else line for line in raw_lines()]
    message = refusal(stored(lines))
    bad = sum('"7"' in line for line in lines)
    assert f"{bad} of 400" in message
    assert f"{bad} with a label other than 0 or 1" in message
    assert f"and {bad - 5} more" in message
    assert message.count("  - row ") == 5
    # More than may be quarantined: to quarantine them would be refused too.
    assert "bad_rows: quarantine would set aside 1.00% of the rows at most" in message


QUARANTINE = SMALL.model_copy(update={"bad_rows": "quarantine"})


def test_quarantine_sets_bad_rows_aside_and_loses_nothing():
    lines = with_cell(12, "V7", "n/a")
    bad = lines[12].replace('"', "")
    lines.insert(200, "half,a,row")
    store = stored(lines)
    output = prepared(store, QUARANTINE)
    assert output.quarantined == 2
    data = store.objects[BUCKET, f"prepared/{output.data_digest}/quarantine.parquet"]
    assert pl.read_parquet(data).rows() == [
        (12, "V7 is 'n/a', not a number", bad),
        (200, "it has 3 fields, the header 31", "half,a,row"),
    ]
    assert sum(output.rows.values()) + output.quarantined == ROWS + 1
    manifest = read_manifest(execution(store, "reader"), output.data_digest)
    assert manifest.raw_rows == ROWS + 1
    reasons = {"a missing or unreadable number": 1, "too few fields": 1}
    assert manifest.quarantined_reasons == reasons


def test_quarantine_of_too_many_rows_is_refused():
    lines = raw_lines()
    lines[10:20] = ["?"] * 10
    message = refusal(stored(lines), QUARANTINE)
    assert "10 of 400 (2.50%)" in message
    assert "no more than 1.00% of the rows may be set aside (maximum_bad_share)" in message


@pytest.mark.parametrize("origin", [None, b'{"simulated": false, "source": "kaggle"}'])
def test_a_file_with_the_wrong_digest_is_refused(origin):
    store = stored(raw_lines())
    if origin:
        store.write(BUCKET, f"{RAW}.origin.json", origin)
    message = refusal(store, DEMANDING, DigestMismatch)
    assert f"its sha256 is {digest_of_bytes(store.objects[BUCKET, RAW])}" in message
    assert f"expected {data_spec('creditcard').sha256}" in message
    assert "ceap data fetch" in message
    assert "require_digest: false" in message


def test_a_file_other_than_its_origin_names_is_refused_even_when_simulated():
    store = stored(raw_lines())
    origin = json.dumps({"simulated": True, "sha256": "0" * 64})
    store.write(BUCKET, f"{RAW}.origin.json", origin.encode())
    assert f"expected {'0' * 64}" in refusal(store, kind=DigestMismatch, params=DEMANDING)
