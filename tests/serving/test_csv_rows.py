import gzip
import time
import zlib

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from serving.csv_rows import WORTH_POLARS, parse_fast, parse_strict, rows_from_csv
from serving.matrix import LARGEST_VALUE
from serving.rejection import Rejected

unhurried = settings(deadline=None)  # other processes share this machine
COLUMNS = ("V1", "V2", "Amount")
values = st.floats(-LARGEST_VALUE, LARGEST_VALUE)
matrices = st.lists(st.tuples(values, values, values), min_size=1, max_size=8)


def csv_of(rows, separator="\n"):
    return separator.join(",".join(repr(value) for value in row) for row in rows).encode()


@unhurried
@given(rows=matrices, separator=st.sampled_from(["\n", "\r\n"]), ends=st.booleans())
def test_every_bit_of_a_number_survives(rows, separator, ends):
    body = csv_of(rows, separator) + separator.encode() * ends
    for read in (parse_strict, parse_fast):
        found = read(body, COLUMNS)
        assert found is not None
        assert found.tobytes() == np.array(rows, dtype=np.float64).tobytes()


@unhurried
@given(rows=matrices, order=st.permutations(COLUMNS))
def test_a_header_may_name_the_columns_in_any_order(rows, order):
    shuffled = [[row[COLUMNS.index(name)] for name in order] for row in rows]
    body = ",".join(order).encode() + b"\n" + csv_of(shuffled)
    assert np.array_equal(rows_from_csv(body, COLUMNS), np.array(rows))


def test_a_large_body_gives_the_rows_of_many_small_ones():
    rows = np.random.default_rng(0).normal(size=(2_000, 3)).tolist()
    whole = rows_from_csv(b"V1,V2,Amount\n" + csv_of(rows), COLUMNS)
    assert np.array_equal(whole, np.array(rows))
    assert whole.flags.c_contiguous


cells = st.sampled_from(
    ["1", "-2.5", "1e5", ".5", "5.", "+3", " 4", "", "nan", "inf", "1e999", "x", "1_0", '"6"', "\r",
     "0x1", "1e-400", "٣", "\x00", "1d3", "é", "--1", "123456789012345678901", "-0", "5e", "true"]
)  # fmt: skip
lines = st.lists(cells, min_size=0, max_size=4).map(",".join)
texts = st.lists(lines, max_size=4).map("\n".join)


@unhurried
@given(data=st.one_of(texts.map(str.encode), st.binary(max_size=60)))
@example(data=b"1,2,3\n\n4,5,6\n")
@example(data=b"1,2,3\r\n4,5,6\r\n")
@example(data=b"1,2,3\n4,5\n")
@example(data=b"1,2,3\r4,5,6\r")
@example(data=b"1,2,3\r\r\n")
@example(data=gzip.compress(b"1,2,3\n"))
@example(data=zlib.compress(b"1,2,3\n"))
def test_what_polars_reads_is_what_the_law_reads(data):
    fast = parse_fast(data, COLUMNS)
    if fast is not None and len(fast):
        assert fast.tobytes() == parse_strict(data, COLUMNS).tobytes()


@pytest.mark.parametrize("copies", [1, 3_000], ids=["small", "large"])
@pytest.mark.parametrize(
    ("bad", "row", "column", "says"),
    [
        (b"1,,3", 2, "V2", "is empty"),
        (b"1,nan,3", 2, "V2", "is NaN"),
        (b"1,2,-inf", 2, "Amount", "is infinite"),
        (b"1e31,2,3", 2, "V1", "is 1e+31, beyond"),
        (b"abc,2,3", 2, "V1", "is 'abc'"),
        (b"1_0,2,3", 2, "V1", "is '1_0'"),
        (b"1,2", 2, None, "row 2 has 2"),
        (b"1,2,3,4", 2, None, "row 2 has 4"),
        (b"", 2, None, "row 2 is empty"),
        (b'1,"2,3', 2, None, "Row 2 is not CSV"),
    ],
)
@pytest.mark.parametrize("header", [b"", b"V1,V2,Amount\n"], ids=["bare", "header"])
def test_the_first_wrong_cell_is_named(header, bad, row, column, says, copies):
    body = header + b"1,2,3\n" + bad + b"\n4,5,6" * copies
    with pytest.raises(Rejected) as caught:
        rows_from_csv(body, COLUMNS)
    assert (caught.value.row, caught.value.column) == (row, column)
    assert says in str(caught.value)
    assert "Nothing was scored" in str(caught.value)


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_packed_body_is_refused_not_unpacked(pack):
    bomb = pack(b"1,2,3\n" * 3_000_000)
    assert len(bomb) > WORTH_POLARS
    with pytest.raises(Rejected):
        rows_from_csv(bomb, COLUMNS)


def test_a_bad_cell_in_the_first_row_is_not_taken_for_a_header():
    with pytest.raises(Rejected) as caught:
        rows_from_csv(b"1,oops,3\n", COLUMNS)
    assert (caught.value.row, caught.value.column) == (1, "V2")


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("V1,V2", "Missing: Amount."),
        ("V1,V2,Amount,V3,V4", "Unexpected: V3, V4."),
        ("V1,V2,V2,Amount", "More than once: V2."),
        ("V1,v2,Amount", "Missing: V2. Unexpected: v2."),
        ("V1,V2,Amount,", "Unexpected: "),
    ],
)
def test_a_wrong_header_names_what_is_wrong(header, says):
    with pytest.raises(Rejected, match="exactly the 3 of the model") as caught:
        rows_from_csv(f"{header}\n1,2,3\n".encode(), COLUMNS)
    assert says in str(caught.value)
    assert caught.value.row is None


def test_a_header_alone_is_no_row():
    with pytest.raises(Rejected, match="at least one row"):
        rows_from_csv(b"V1,V2,Amount\n", COLUMNS)


def test_a_byte_order_mark_and_blank_last_lines_do_no_harm():
    body = b"\xef\xbb\xbfV1,V2,Amount\r\n1,2,3\r\n\r\n"
    assert rows_from_csv(body, COLUMNS).tolist() == [[1, 2, 3]]


@unhurried
@given(start=st.sampled_from(["", "-", "."]), end=st.sampled_from(["x", "e", ".", "e5 6"]))
def test_a_cell_of_a_million_digits_is_judged_in_moments(start, end):
    started = time.thread_time()
    with pytest.raises(Rejected, match="row 1, column V1"):
        parse_strict(f"{start}{'9' * 1_000_000}{end},2,3".encode(), COLUMNS)
    assert time.thread_time() - started < 5
