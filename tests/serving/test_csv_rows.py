import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.data.categorical_cells import CATEGORICAL, GOOD, csv_of_cells, numbers_of, rows_of_cells
from fraud.data.text_cells import trimmed
from fraud.scoring.model_columns import ModelColumns
from pipeline.scoring import csv_of as scoring_csv
from serving.cells import LARGEST_VALUE
from serving.csv_fast import parse_fast
from serving.csv_rows import WORTH_POLARS, parse_strict, rows_from_csv
from serving.rejection import Rejected

unhurried = settings(deadline=None)  # other processes share this machine
nan = np.nan
NAMES = ("V1", "V2", "Amount")
COLUMNS = ModelColumns(NAMES)
values = st.floats(-LARGEST_VALUE, LARGEST_VALUE)
matrices = st.lists(st.tuples(values, values, values), min_size=1, max_size=8)


def csv_of(rows, separator="\n"):
    return separator.join(",".join(repr(value) for value in row) for row in rows).encode()


@unhurried
@given(rows=matrices, separator=st.sampled_from(["\n", "\r\n"]), ends=st.booleans())
def test_every_bit_of_a_number_survives(rows, separator, ends):
    body = csv_of(rows, separator) + separator.encode() * ends
    for read in (parse_strict, parse_fast):
        found = read(body, NAMES, COLUMNS)
        assert found is not None
        assert found.tobytes() == np.array(rows, dtype=np.float64).tobytes()


@unhurried
@given(rows=matrices, order=st.permutations(NAMES))
def test_a_header_may_name_the_columns_in_any_order(rows, order):
    shuffled = [[row[NAMES.index(name)] for name in order] for row in rows]
    body = ",".join(order).encode() + b"\n" + csv_of(shuffled)
    assert np.array_equal(rows_from_csv(body, COLUMNS), np.array(rows))


def test_a_large_body_gives_the_rows_of_many_small_ones():
    rows = np.random.default_rng(0).normal(size=(2_000, 3)).tolist()
    whole = rows_from_csv(b"V1,V2,Amount\n" + csv_of(rows), COLUMNS)
    assert np.array_equal(whole, np.array(rows))
    assert whole.flags.c_contiguous


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
        parse_strict(f"{start}{'9' * 1_000_000}{end},2,3".encode(), NAMES, COLUMNS)
    assert time.thread_time() - started < 5


@unhurried
@given(rows=rows_of_cells, separator=st.sampled_from(["\n", "\r\n"]), ends=st.booleans())
def test_texts_become_their_codes_and_what_is_unknown_or_empty_is_missing(rows, separator, ends):
    body = csv_of_cells(rows, separator) + separator.encode() * ends
    np.testing.assert_array_equal(
        parse_strict(body, CATEGORICAL.names, CATEGORICAL), numbers_of(rows)
    )
    fast = parse_fast(body, CATEGORICAL.names, CATEGORICAL)
    if fast is not None:
        np.testing.assert_array_equal(fast, numbers_of(rows))


@unhurried
@given(rows=rows_of_cells, order=st.permutations(CATEGORICAL.names))
def test_a_header_may_name_columns_of_text_in_any_order(rows, order):
    shuffled = [[row[CATEGORICAL.names.index(name)] for name in order] for row in rows]
    body = ",".join(order).encode() + b"\n" + csv_of_cells(shuffled)
    np.testing.assert_array_equal(rows_from_csv(body, CATEGORICAL), numbers_of(rows))


def test_a_large_body_of_texts_and_gaps_gives_the_rows_of_many_small_ones():
    rows = [("", "chip", "5411", "3", "9.5", "60"), ("4", "?", "", "1", "2", "3")] * 1_000
    body = csv_of_cells(rows)
    assert len(body) > WORTH_POLARS
    np.testing.assert_array_equal(rows_from_csv(body, CATEGORICAL), numbers_of(rows))


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
@pytest.mark.parametrize(
    "header", [b"", ",".join(CATEGORICAL.names).encode() + b"\n"], ids=["bare", "header"]
)
@pytest.mark.parametrize(("bad", "column", "says"), WRONG)
def test_the_first_wrong_cell_is_named_with_what_its_column_takes(
    header, bad, column, says, copies
):
    body = header + GOOD + b"\n" + bad + (b"\n" + GOOD) * copies
    with pytest.raises(Rejected) as caught:
        rows_from_csv(body, CATEGORICAL)
    assert (caught.value.row, caught.value.column) == (2, column)
    assert says in str(caught.value)
    assert "Nothing was scored" in str(caught.value)


def test_a_number_is_text_only_where_a_known_text_looks_like_one():
    found = rows_from_csv(b"41,chip,5411,3,9.5,60\n41,chip,5999,3,9.5,60\n", CATEGORICAL)
    np.testing.assert_array_equal(found[:, 2], [0, nan])
    with pytest.raises(Rejected, match="Channel takes text"):
        rows_from_csv(b"41,5411,x,3,9.5,60\n", CATEGORICAL)


def test_quoted_texts_may_hold_what_separates():
    columns = ModelColumns(("Shop", "Amount", "Time"), {"Shop": ('Bos, and "Herz"', "b")})
    body = b'Shop,Amount,Time\n"Bos, and ""Herz""",1,2\n"b",1,2\n'
    assert rows_from_csv(body, columns).tolist() == [[0, 1, 2], [1, 1, 2]]


@pytest.mark.parametrize("texts", [("chip",), ("Amount", "Time"), ()])
def test_a_row_is_no_header_whatever_its_texts_are(texts):
    columns = ModelColumns(("Shop", "Amount", "Time"), {"Shop": texts})
    found = rows_from_csv(b"Amount,1,2\nTime,3,4\n", columns)
    assert found[:, 1:].tolist() == [[1, 2], [3, 4]]


def test_a_model_may_know_no_text_at_all():
    columns = ModelColumns(("Shop", "Amount", "Time"), {"Shop": ()})
    found = rows_from_csv(b"a,1,2\n,3,4\n" * 2_000, columns)
    assert np.isnan(found[:, 0]).all()


LINES = ModelColumns(("Shop", "Amount", "Time"), {"Shop": ("Bos\nAachen", 'a\r\n"b"', "c")})


def test_quoted_texts_may_hold_line_ends_in_a_body_of_any_size():
    row = b'"Bos\nAachen",1,2\r\n"a\r\n""b""",3,4\n c ,5,6\n'
    for copies in (1, 1_000):
        for header in (b"", b"Shop,Amount,Time\n"):
            found = rows_from_csv(header + row * copies, LINES)
            assert found.tolist() == [[0, 1, 2], [1, 3, 4], [2, 5, 6]] * copies


def test_a_column_name_may_hold_a_line_end():
    columns = ModelColumns(("the\nshop", "Amount", "Time"), {"the\nshop": ("a",)})
    body = b'Amount,"the\nshop",Time\n1,a,2\n'
    assert rows_from_csv(body, columns).tolist() == [[0, 1, 2]]


def test_rows_are_numbered_by_record_not_by_line():
    with pytest.raises(Rejected) as refusal:
        rows_from_csv(b'"Bos\nAachen",1,2\nc,x,2\n', LINES)
    assert (refusal.value.row, refusal.value.column) == (2, "Amount")


def test_a_stray_quote_costs_no_other_row():
    found = rows_from_csv(b'5" disk,1,2\nc,3,4\n"Bos\nAachen",5,6\n', LINES)
    np.testing.assert_array_equal(found, [[nan, 1, 2], [2, 3, 4], [0, 5, 6]])


@unhurried
@given(texts=st.lists(st.text(st.characters(codec="utf-8")), min_size=1))
def test_any_known_text_survives_the_csv_that_score_sends(texts):
    known = tuple(dict.fromkeys(trimmed(text) or "-" for text in texts))
    columns = ModelColumns(("Shop", "Amount", "Time"), {"Shop": known})
    rows = np.array([[code, 1.0, 2.0] for code in range(len(known))])
    np.testing.assert_array_equal(rows_from_csv(scoring_csv(rows, columns), columns), rows)
