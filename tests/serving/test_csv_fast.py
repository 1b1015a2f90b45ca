"""What polars reads is what `parse_strict` reads, or it is left to that."""

import gzip
import zlib

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fakes.data.categorical_cells import CATEGORICAL, GOOD, csv_of_cells, numbers_of
from fraud.scoring.model_columns import ModelColumns
from serving.csv_fast import parse_fast
from serving.csv_rows import WORTH_POLARS, parse_strict, rows_from_csv
from serving.rejection import Rejected

unhurried = settings(deadline=None)  # other processes share this machine
NAMES = ("V1", "V2", "Amount")
COLUMNS = ModelColumns(NAMES)
ORDERS = [CATEGORICAL.names, CATEGORICAL.names[::-1], CATEGORICAL.names[2:] + CATEGORICAL.names[:2]]

cells = st.sampled_from(
    ["1", "-2.5", "1e5", ".5", "5.", "+3", " 4", "", "nan", "inf", "1e999", "x", "1_0", '"6"', "\r",
     "0x1", "1e-400", "٣", "\x00", "1d3", "é", "--1", "123456789012345678901", "-0", "5e", "true"]
)  # fmt: skip
lines = st.lists(cells, min_size=0, max_size=4).map(",".join)
bodies = st.lists(lines, max_size=4).map("\n".join)

cells_of_texts = st.sampled_from(
    ["1", "-2.5", " 4", "", " ", "nan", "inf", "1e999", "1e31", "chip", "Zürich", "5411", "x", "7",
     "1_0", '"chip"', "\r", "chip\r", "\ufffd", " chip", "Zürich\u2003", "5411 ", "\xa0",
     "\x00", "é", "a b", "\t", "#", "Channel"]
)  # fmt: skip
lines_of_texts = st.lists(cells_of_texts, max_size=7).map(",".join) | st.tuples(
    *[cells_of_texts] * 6
).map(",".join)
bodies_of_texts = st.lists(lines_of_texts, max_size=4).map("\n".join)


@unhurried
@given(data=st.one_of(bodies.map(str.encode), st.binary(max_size=60)))
@example(data=b"1,2,3\n\n4,5,6\n")
@example(data=b"1,2,3\r\n4,5,6\r\n")
@example(data=b"1,2,3\n4,5\n")
@example(data=b"1,2,3\r4,5,6\r")
@example(data=b"1,2,3\r\r\n")
@example(data=gzip.compress(b"1,2,3\n"))
@example(data=zlib.compress(b"1,2,3\n"))
def test_what_polars_reads_is_what_parse_strict_reads(data):
    fast = parse_fast(data, NAMES, COLUMNS)
    if fast is not None and len(fast):
        assert fast.tobytes() == parse_strict(data, NAMES, COLUMNS).tobytes()


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_packed_body_is_refused_not_unpacked(pack):
    bomb = pack(b"1,2,3\n" * 3_000_000)
    assert len(bomb) > WORTH_POLARS
    with pytest.raises(Rejected):
        rows_from_csv(bomb, COLUMNS)


@pytest.mark.parametrize("separator", ["\n", "\r\n"])
def test_polars_reads_a_usual_body(separator):
    rows = [("41", "chip", "x", "3", "9.5", "60"), ("", "", "", "3", "9.5", "60")] * 2
    fast = parse_fast(csv_of_cells(rows, separator), CATEGORICAL.names, CATEGORICAL)
    assert fast is not None
    assert fast.flags.c_contiguous
    np.testing.assert_array_equal(fast, numbers_of(rows))


@unhurried
@given(data=st.one_of(bodies_of_texts.map(str.encode), st.binary(max_size=60)))
@example(data=GOOD + b"\n\n" + GOOD + b"\n")
@example(data=GOOD + b"\n41,chip,x,3,9.5\n")
@example(data=GOOD + b"\r41,chip,x,3,9.5,60\r")
@example(data=GOOD + b"\r\r\n")
@example(data=b"41,chip\r,x,3,9.5,60\n")
@example(data=b"41,\xff,x,3,9.5,60\n")
@example(data=zlib.compress(GOOD))
@pytest.mark.parametrize("names", ORDERS)
def test_what_polars_reads_of_texts_and_gaps_is_what_parse_strict_reads(data, names):
    fast = parse_fast(data, names, CATEGORICAL)
    if fast is not None and len(fast):
        np.testing.assert_array_equal(fast, parse_strict(data, names, CATEGORICAL))


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_packed_body_of_texts_is_refused_not_unpacked(pack):
    bomb = pack((GOOD + b"\n") * 500_000)
    assert parse_fast(bomb, CATEGORICAL.names, CATEGORICAL) is None
    with pytest.raises(Rejected):
        rows_from_csv(bomb, CATEGORICAL)
