"""Raw file: a bad one is refused with a message that names what is wrong, and nothing is lost."""

from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.raw_file import ReadOptions, read_raw
from fakes.data.raw_csv import (
    SMALL,
    raw_lines,
    refusal,
    stored,
)
from foundation.digests import digest_of_bytes
from foundation.errors import InvalidData
from fraud.data.spec import DataSpec

# Files that are not what they should be


def test_an_empty_file_is_refused():
    assert "creditcard.csv is empty" in refusal(stored(b""))
    assert "creditcard.csv is empty" in refusal(stored(b" \n\n"))


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


@pytest.mark.parametrize("ending", [',"', ',"5', ',"5\n'])
def test_a_file_cut_off_inside_quotes_is_refused(ending):
    text = "\n".join(raw_lines()).removesuffix(',"0"') + ending
    message = refusal(stored(text))
    assert ("ends in the middle of row 400" in message) or ("quote in row 400" in message)
    assert "cut off" in message


def test_a_quote_that_takes_other_rows_for_one_cell_is_refused_with_its_row():
    lines = [line.replace('"', "") for line in raw_lines()]
    lines[12] = lines[12].replace(",", ',"', 1)
    message = refusal(stored(lines), SMALL.model_copy(update={"bad_rows": "quarantine"}))
    assert "352 of 401 lines are in no row; a quote in row 12 is not closed" in message
    assert 'quote: ""' in message


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


# Rows

CARDS = DataSpec(
    name="cards", raw="cards.csv", label="Class", time="Time", amount="Amount", features=["V1"]
)


@settings(max_examples=40, deadline=None)
@given(
    lines=st.lists(st.sampled_from(["good", "1,x,3,0", "1,2,3"]), min_size=1, max_size=60),
    kept=st.sampled_from([0, 300, 10**9]),
    batch_rows=st.integers(1, 70),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_each_row_is_kept_or_described_with_its_number(lines, kept, batch_rows, line_end):
    lines.append("good")
    written = [f'1,{n},3,"0"' if line == "good" else line for n, line in enumerate(lines)]
    text = line_end.join(["Time,V1,Amount,Class", *written, "", ""])
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("catalog.reading.batches.BATCH_ROWS", batch_rows)
        path = Path(folder, "cards.csv")
        path.write_text(text, newline="")
        raw = read_raw(path, CARDS, Path(folder), ReadOptions(1000, kept))
        good = pl.concat(raw.tables())
    assert raw.digest == digest_of_bytes(text.encode())
    assert good["V1"].to_list() == [n for n, line in enumerate(lines) if line == "good"]
    assert raw.numbers.tolist() == [n for n, line in enumerate(lines, 1) if line == "good"]
    assert raw.bad["row"].to_list() == [n for n, line in enumerate(lines, 1) if line != "good"]
    assert raw.bad["text"].to_list() == [line for line in lines if line != "good"]
    assert len(raw.labels) == len(raw.times) == len(raw.fingerprints) == good.height
    assert raw.rows == len(lines)


@settings(max_examples=60, deadline=None)
@given(
    lines=st.lists(
        st.sampled_from(['1,2,3,"0","a\n\nb"', "1,2,3,0,it's", "1,2", '1,2,3,"0"', "1,x,3,0,c"]),
        min_size=1, max_size=12,
    ),
    gaps=st.lists(st.integers(0, 2), min_size=15, max_size=15),
    line_end=st.sampled_from(["\n", "\r\n"]),
    has_quotes=st.booleans(),
)  # fmt: skip
def test_empty_lines_shift_the_number_of_no_row(lines, gaps, line_end, has_quotes):
    rows = [*lines, '1,2,3,1,"z"']
    rows = rows if has_quotes else [row.replace('"', "").replace("\n", "") for row in rows]
    written = zip(["Time,V1,Amount,Class,n", *rows, ""], gaps, strict=False)
    text = "".join("\n" * gap + line + "\n" for line, gap in written).replace("\n", line_end)
    spec = CARDS.model_copy(update={"annotations": ["n"]})
    with TemporaryDirectory() as folder:
        raw = read(folder, text, spec)
    good = [n for n, row in enumerate(rows, 1) if row.count(",") == 4 and "x" not in row]
    assert raw.numbers.tolist() == good
    assert raw.bad["row"].to_list() == [n for n in range(1, len(rows) + 1) if n not in good]


def read(folder, text: str, spec: DataSpec = CARDS):
    path = Path(folder, "cards.csv")
    path.write_text(text, newline="")
    return read_raw(path, spec, Path(folder), ReadOptions())


def test_a_number_with_an_underscore_is_none_whoever_reads_it(tmp_path):
    raw = read(tmp_path, "Time,V1,Amount,Class\n1,1_000,3,0\n1,2,4,1\n")
    assert raw.bad["reason"].to_list() == ["V1 is '1_000', not a number"]


def test_a_line_that_the_reader_drops_refuses_the_file(tmp_path):
    rows = "1,2,3,0\n" * 50
    with pytest.raises(InvalidData, match="1 of 102 lines are in no row; a line may be longer"):
        read(tmp_path, f"Time,V1,Amount,Class\n{rows}1,{'x' * 33_000_000},3,0\n{rows}")


def test_patterns_that_stand_for_no_column_are_refused(tmp_path):
    spec = CARDS.model_copy(update={"features": ["V1", "zz*"]})
    with pytest.raises(InvalidData, match=r"features: the pattern zz\* of cards stands for no"):
        read(tmp_path, "Time,V1,Amount,Class\n1,2,3,0\n", spec)


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("Time,V1,Amount,Class,n\n1,2,3,0,'x\ny'\n1,2,4,1,'z'\n", {"quote": "'"}),
        ('Time,V1,Amount,Class,"long\nname"\n1,2,3,0,x\n1,2,4,1,y\n', {}),
        ('Time,V1,Amount,Class,n\r1,2,3,0,"x\ry"\r1,2,4,1,z\r', {}),
        ('Time,V1,Amount,Class,n\n1,2,3,0,"x\n\n\ny"\n1,2,4,1,z\n', {}),
        ("Time,V1,Amount,Class,a\x0cb\n1,2,3,0,x\n1,2,4,1,y\n", {}),
    ],
    ids=["other quotes", "in the header", "carriage returns", "empty lines in a cell", "form feed"],
)
def test_cells_that_span_lines_in_columns_that_nothing_reads_lose_no_row(tmp_path, text, spec):
    described = CARDS.model_copy(update={**spec, "ignore": ["rest"]})
    raw = read(tmp_path, text, described)
    assert (raw.labels.tolist(), raw.bad_count) == ([0, 1], 0)


def as_json_lines(rows: int, broken: dict[int, str]) -> str:
    good = '{{"Time":1,"V1":{0},"Amount":3,"Class":0}}'
    return "".join(broken.get(n, good.format(n)) + "\n" for n in range(1, rows + 1))


def test_a_broken_line_of_json_lines_is_a_bad_row_with_its_number(tmp_path):
    raw = read(tmp_path, as_json_lines(9, {4: '{"Time":1,"V', 6: '{"Time":1,"V1":"x"}'}))
    assert raw.numbers.tolist() == [1, 2, 3, 5, 7, 8, 9]
    assert raw.bad["row"].to_list() == [4, 6]
    assert raw.bad["reason"][0] == "it is not JSON"
    assert raw.bad["text"][0] == '{"Time":1,"V'
    assert raw.reasons["a line that is not JSON"] == 1


def test_json_lines_that_end_inside_a_line_are_cut_off(tmp_path):
    text = as_json_lines(9, {9: '{"Time":{"V1":1}'}).rstrip("\n")
    with pytest.raises(InvalidData, match=r"ends in the middle of row 9 \(it is not JSON\)"):
        read(tmp_path, text)
