import gzip
import zlib

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fraud.scoring.model_columns import ModelColumns
from serving.csv_rows import WORTH_POLARS, parse_strict
from serving.mixed_csv import cell, parse_mixed_fast, rows_from_mixed_csv
from serving.rejection import Rejected

unhurried = settings(deadline=None)  # other processes share this machine
NAMES = ("Age", "Channel", "Code", "Visits", "Amount", "Time")
COLUMNS = ModelColumns(
    NAMES,
    {"Channel": ("chip", "on line", "Zürich"), "Code": ("5411", "x")},
    frozenset({"Age"}),
)
GOOD = b"41,chip,x,3,9.5,60"
nan = np.nan

numbers = st.floats(-1e30, 1e30)
channels = st.sampled_from(["", "chip", "on line", "Zürich", "Infinity", "nan", "chips", "CHIP"])
codes = st.sampled_from(["", "5411", "x", "5999", "y"])
rows_of_cells = st.lists(
    st.tuples(
        st.one_of(st.just(""), numbers.map(repr)),
        channels,
        codes,
        numbers.map(repr),
        numbers.map(repr),
        numbers.map(repr),
    ),
    min_size=1,
    max_size=8,
)


def the_law(data, names):
    return parse_strict(data, names, lambda *where: cell(*where, columns=COLUMNS))


def expected(rows):
    known = {"Channel": {"chip": 0, "on line": 1, "Zürich": 2}, "Code": {"5411": 0, "x": 1}}
    return [
        [
            known[name].get(text, nan) if name in known else float(text or "nan")
            for name, text in zip(NAMES, row, strict=True)
        ]
        for row in rows
    ]


def csv_of(rows, separator="\n"):
    return separator.join(map(",".join, rows)).encode()


@unhurried
@given(rows=rows_of_cells, separator=st.sampled_from(["\n", "\r\n"]), ends=st.booleans())
def test_texts_become_their_codes_and_what_is_unknown_or_empty_is_missing(rows, separator, ends):
    body = csv_of(rows, separator) + separator.encode() * ends
    np.testing.assert_array_equal(the_law(body, NAMES), expected(rows))
    fast = parse_mixed_fast(body, NAMES, COLUMNS)
    if fast is not None:
        np.testing.assert_array_equal(fast, expected(rows))


@pytest.mark.parametrize("separator", ["\n", "\r\n"])
def test_polars_reads_a_usual_body(separator):
    rows = [("41", "chip", "x", "3", "9.5", "60"), ("", "", "", "3", "9.5", "60")] * 2
    fast = parse_mixed_fast(csv_of(rows, separator), NAMES, COLUMNS)
    assert fast is not None
    assert fast.flags.c_contiguous
    np.testing.assert_array_equal(fast, expected(rows))


@unhurried
@given(rows=rows_of_cells, order=st.permutations(NAMES))
def test_a_header_may_name_the_columns_in_any_order(rows, order):
    shuffled = [[row[NAMES.index(name)] for name in order] for row in rows]
    body = ",".join(order).encode() + b"\n" + csv_of(shuffled)
    np.testing.assert_array_equal(rows_from_mixed_csv(body, COLUMNS), expected(rows))


def test_a_large_body_gives_the_rows_of_many_small_ones():
    rows = [("", "chip", "5411", "3", "9.5", "60"), ("4", "?", "", "1", "2", "3")] * 1_000
    body = csv_of(rows)
    assert len(body) > WORTH_POLARS
    np.testing.assert_array_equal(rows_from_mixed_csv(body, COLUMNS), expected(rows))


cells = st.sampled_from(
    ["1", "-2.5", " 4", "", " ", "nan", "inf", "1e999", "1e31", "chip", "Zürich", "5411", "x", "7",
     "1_0", '"chip"', "\r", "chip\r", "\ufffd", "\x00", "é", "a b", "\t", "#", "Channel"]
)  # fmt: skip
lines = st.lists(cells, max_size=7).map(",".join) | st.tuples(*[cells] * 6).map(",".join)
texts = st.lists(lines, max_size=4).map("\n".join)


@unhurried
@given(data=st.one_of(texts.map(str.encode), st.binary(max_size=60)))
@example(data=GOOD + b"\n\n" + GOOD + b"\n")
@example(data=GOOD + b"\n41,chip,x,3,9.5\n")
@example(data=GOOD + b"\r41,chip,x,3,9.5,60\r")
@example(data=GOOD + b"\r\r\n")
@example(data=b"41,chip\r,x,3,9.5,60\n")
@example(data=b"41,\xff,x,3,9.5,60\n")
@example(data=zlib.compress(GOOD))
@pytest.mark.parametrize("names", [NAMES, NAMES[::-1], (*NAMES[2:], *NAMES[:2])])
def test_what_polars_reads_is_what_the_law_reads(data, names):
    fast = parse_mixed_fast(data, names, COLUMNS)
    if fast is not None and len(fast):
        np.testing.assert_array_equal(fast, the_law(data, names))


WRONG = [
    (b"nan,chip,x,3,9.5,60", "Age", "a finite number, or nothing where it is missing, but in row 2 "
     "it is NaN."),
    (b"chip,chip,x,3,9.5,60", "Age", "it is 'chip'."),
    (b"1e31,chip,x,3,9.5,60", "Age", "it is 1e+31, beyond"),
    (b"41,7,x,3,9.5,60", "Channel", "takes text (it knows 'chip', 'on line', 'Z\u00fcrich'), or "
     "nothing where it is missing, but in row 2 it is '7', a number."),
    (b"41,\xff,x,3,9.5,60", "Channel", "not in UTF-8"),
    (b"41,chip,x,,9.5,60", "Visits", "takes a finite number, but in row 2 it is empty."),
    (b"41,chip,x,inf,9.5,60", "Visits", "it is infinite"),
    (b"41,chip,x,3,9.5,soon", "Time", "it is 'soon'"),
    (b"41,chip,x,3,9.5", None, "row 2 has 5"),
    (b"41,chip,x,3,9.5,60,", None, "row 2 has 7"),
    (b"", None, "row 2 is empty"),
    (b'41,"chip,x,3,9.5,60', None, "Row 2 is not CSV"),
]  # fmt: skip


@pytest.mark.parametrize("copies", [1, 1_000], ids=["small", "large"])
@pytest.mark.parametrize("header", [b"", ",".join(NAMES).encode() + b"\n"], ids=["bare", "header"])
@pytest.mark.parametrize(("bad", "column", "says"), WRONG)
def test_the_first_wrong_cell_is_named_with_what_its_column_takes(
    header, bad, column, says, copies
):
    body = header + GOOD + b"\n" + bad + (b"\n" + GOOD) * copies
    with pytest.raises(Rejected) as caught:
        rows_from_mixed_csv(body, COLUMNS)
    assert (caught.value.row, caught.value.column) == (2, column)
    assert says in str(caught.value)
    assert "Nothing was scored" in str(caught.value)


def test_a_number_is_text_only_where_a_known_text_looks_like_one():
    found = rows_from_mixed_csv(b"41,chip,5411,3,9.5,60\n41,chip,5999,3,9.5,60\n", COLUMNS)
    np.testing.assert_array_equal(found[:, 2], [0, nan])
    with pytest.raises(Rejected, match="Channel takes text"):
        rows_from_mixed_csv(b"41,5411,x,3,9.5,60\n", COLUMNS)


def test_quoted_texts_may_hold_what_separates():
    columns = ModelColumns(("Shop", "Amount", "Time"), {"Shop": ('Bos, and "Herz"', "b")})
    body = b'Shop,Amount,Time\n"Bos, and ""Herz""",1,2\n"b",1,2\n'
    assert rows_from_mixed_csv(body, columns).tolist() == [[0, 1, 2], [1, 1, 2]]


@pytest.mark.parametrize("texts", [("chip",), ("Amount", "Time"), ()])
def test_a_row_is_no_header_whatever_its_texts_are(texts):
    columns = ModelColumns(("Shop", "Amount", "Time"), {"Shop": texts})
    found = rows_from_mixed_csv(b"Amount,1,2\nTime,3,4\n", columns)
    assert found[:, 1:].tolist() == [[1, 2], [3, 4]]


def test_a_model_may_know_no_text_at_all():
    columns = ModelColumns(("Shop", "Amount", "Time"), {"Shop": ()})
    found = rows_from_mixed_csv(b"a,1,2\n,3,4\n" * 2_000, columns)
    assert np.isnan(found[:, 0]).all()


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_packed_body_is_refused_not_unpacked(pack):
    bomb = pack((GOOD + b"\n") * 500_000)
    assert parse_mixed_fast(bomb, NAMES, COLUMNS) is None
    with pytest.raises(Rejected):
        rows_from_mixed_csv(bomb, COLUMNS)
