"""Raw file: a bad one is refused with a message that names what is wrong, and nothing is lost."""

from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.raw_file import ReadOptions, read_raw
from fakes.data.raw_csv import (
    SMALL,
    raw_lines,
    refusal,
    stored,
)
from foundation.digests import digest_of_bytes
from fraud.data.spec import DataSpec

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
