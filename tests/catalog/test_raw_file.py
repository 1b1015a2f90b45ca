"""Raw file: a bad one is refused with a message that names what is wrong, and nothing is lost."""

from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.prepared_data import read_manifest
from catalog.raw_file import ReadOptions, read_raw
from fakes.object_store import FakeObjectStore
from fakes.raw_csv import (
    BUCKET,
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
from fraud.data.spec import DataSpec
from pipeline.prepare import PrepareParams

# Files that are not what they should be


def test_an_empty_file_is_refused():
    assert "creditcard.csv is empty" in refusal(stored(b""))


def test_a_file_with_only_a_header_is_refused():
    assert "has a header and no rows" in refusal(stored(raw_lines()[:1]))


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.99])
def test_a_truncated_file_is_refused_whatever_becomes_of_bad_rows(kept):
    lines = raw_lines()
    text = "\n".join(lines)
    text = text[: text.find(",", int(len(text) * kept)) + 3]
    params = SMALL.model_copy(update={"bad_rows": "quarantine", "maximum_bad_share": 1.0})
    message = refusal(stored(text), params)
    assert f"ends in the middle of row {text.count(chr(10))} (it has" in message
    assert "cut off" in message


def test_a_file_cut_off_behind_an_opening_quote_is_refused():
    text = "\n".join(raw_lines()).removesuffix('0"')
    assert text.endswith(',"')
    assert "ends in the middle of row 400 (Class is empty)" in refusal(stored(text))


def test_too_few_rows_are_refused():
    message = refusal(stored(raw_lines()), PrepareParams(require_digest=False))
    assert "has 400 good rows and needs at least 100,000" in message


def test_wrong_columns_are_refused_all_at_once():
    lines = raw_lines()
    lines[0] = lines[0].replace('"V7"', '"v07"').replace('"Amount"', '"Amout"')
    message = refusal(stored(lines))
    assert "missing: V7, Amount" in message
    assert "'v07' (did you mean V7?), 'Amout' (did you mean Amount?)" in message


def test_a_file_without_one_column_is_refused():
    message = refusal(stored([line.rpartition(",")[0] for line in raw_lines()]))
    assert "  - missing: Class\n" in message


def test_a_file_with_a_column_more_is_refused():
    message = refusal(stored([f"{line},0" for line in raw_lines()]))
    assert "  - not expected: '0'\n" in message


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
        ("Class", '"fraud"', "row 12: Class is 'fraud', not a number"),
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


# Quarantine

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
    assert manifest.quarantined_reasons == {"a missing or unreadable number": 2}


def test_quarantine_of_too_many_rows_is_refused():
    lines = raw_lines()
    lines[10:20] = ["?"] * 10
    message = refusal(stored(lines), QUARANTINE)
    assert "10 of 400 (2.50%)" in message
    assert "no more than 1.00% of the rows may be set aside (maximum_bad_share)" in message


# Splits that nothing could be learnt or measured on


def test_a_split_without_frauds_is_refused():
    lines = [line.replace('"1"', '"0"') for line in raw_lines()[:-10]]
    lines[-1] = lines[-1].replace('"0"', '"1"')
    params = SMALL.model_copy(update={"method": "time"})
    message = refusal(stored(lines), params)
    assert "The train split of creditcard.csv would have 0 frauds among" in message
    assert "method: stratified" in message


def test_a_failed_upload_leaves_no_manifest():
    store = stored(raw_lines())
    failing = FakeObjectStore(fail_at=3)
    failing.objects = dict(store.objects)
    with pytest.raises(OSError, match="told to fail"):
        prepared(failing)
    assert not [key for _, key in failing.objects if key.endswith(("manifest.json", "output.json"))]


# Blocks

CARDS = DataSpec(
    name="cards",
    raw="cards.csv",
    minimum_rows=1,
    label="Class",
    time="Time",
    amount="Amount",
    features=["V1"],
)
BAD = '1,"x,3,0'


@given(
    lines=st.lists(st.sampled_from(["good", BAD, ""]), min_size=1, max_size=60),
    reading=st.builds(
        ReadOptions,
        described_rows=st.just(1000),
        block_bytes=st.integers(1, 120),
        kept_blocks=st.integers(0, 3),
    ),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_rows_are_the_same_however_the_file_is_cut_into_blocks(lines, reading, line_end):
    lines.append("good")
    written = [f'1,{n},3,"0"' if line == "good" else line for n, line in enumerate(lines)]
    with TemporaryDirectory() as folder:
        path = Path(folder, "cards.csv")
        text = line_end.join(["Time,V1,Amount,Class", *written, "", ""])
        path.write_text(text, newline="")
        raw = read_raw(path, CARDS, Path(folder), reading)
        good = pl.concat(raw.tables())
    assert raw.digest == digest_of_bytes(text.encode())
    assert good["V1"].to_list() == [n for n, line in enumerate(lines) if line == "good"]
    assert raw.bad["row"].to_list() == [n for n, line in enumerate(lines, 1) if line != "good"]
    assert len(raw.labels) == len(raw.times) == len(raw.fingerprints) == good.height
    assert raw.rows == len(lines)
