"""Valid rows are kept as they are, and bad ones are named with all that is wrong."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import InvalidData
from fraud.data.spec import DataSpec
from fraud.data.validation import RowCheck, require_header, stored_schema

SPEC = DataSpec(
    name="cards",
    raw="cards.csv",
    minimum_rows=1,
    label="Class",
    time="Time",
    amount="Amount",
    features=["V1", "V2"],
)
HEADER = ("Time", "V1", "V2", "Amount", "Class")
GOOD = b"0,1.5,-2,9.99,0"


def checked(*lines: bytes, details: int = 100):
    return RowCheck(HEADER, SPEC, details)(b"\n".join(lines))


def test_good_rows_are_stored_in_the_order_of_the_model():
    rows = checked(GOOD, b"1e+05,0.5,.25,0,1")
    assert rows.good.schema == stored_schema(SPEC)
    assert rows.good.rows() == [(1.5, -2.0, 9.99, 0.0, 0), (0.5, 0.25, 0.0, 1e5, 1)]
    assert rows.bad_count == 0
    assert rows.bad.is_empty()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"0,,2,3,0", "V1 is empty"),
        (b"0,1,abc,3,0", "V2 is 'abc', not a number"),
        (b"0,1,2,12 euros,0", "Amount is '12 euros', not a number"),
        (b"0,NaN,2,3,0", "V1 is 'NaN', not a finite number"),
        (b"0,inf,2,3,0", "V1 is 'inf', not a finite number"),
        (b"0,1,-1e999,3,0", "V2 is '-1e999', not a finite number"),
        (b"0,1,2,3,2", "Class is '2', and a label is 0 or 1"),
        (b"0,1,2,3,0.5", "Class is '0.5', and a label is 0 or 1"),
        (b"0,1,2,3,fraud", "Class is 'fraud', not a number"),
        (b"0,1,2,-0.01,0", "Amount is -0.01, and it cannot be negative"),
        (b"-1,1,2,3,0", "Time is -1, and it cannot be negative"),
        (b"0,1,2", "it has 3 fields, the header 5"),
        (b"0,1,2,3,0,7", "it has 6 fields, the header 5"),
        (b"", "the line is empty"),
        (b"0,x,2,-3,0", "V1 is 'x', not a number; Amount is -3, and it cannot be negative"),
        (b"0,\xe9,2,3,0", "V1 is '\ufffd', not a number"),
        (b"0," + b"9x" * 40 + b",2,3,0", "V1 is '" + "9x" * 20 + "…', not a number"),
    ],
)
def test_a_bad_row_is_named_with_all_that_is_wrong(line, reason):
    rows = checked(GOOD, line, GOOD)
    assert rows.good.height == 2
    assert rows.bad.rows() == [(2, reason, line.decode(errors="replace"))]
    assert sum(rows.reasons.values()) >= rows.bad_count == 1


def test_a_block_that_starts_with_a_bad_row_is_read_like_any_other():
    for line in (b"", b"0", b"0,1,2,3,0,7,8,9", b"x,y,z"):
        rows = checked(line, GOOD)
        assert (rows.good.height, rows.bad["row"].to_list()) == (1, [1])


def test_all_bad_rows_are_counted_and_the_first_are_described():
    rows = checked(*[b"0,1,2,3,9"] * 5, b"0,1,2,-3,0", details=2)
    assert rows.bad["row"].to_list() == [1, 2]
    assert rows.bad_count == 6
    assert rows.reasons == {"a label other than 0 or 1": 5, "a negative amount": 1}


@pytest.mark.parametrize("line_end", [b"", b"\n"])
@pytest.mark.parametrize("line", [b'0,1,2,3,"', b'0,"1,2,3', b'"', b'0,1,2,3,"x', b'0,1"",2'])
def test_a_stray_quote_spoils_no_other_line(line, line_end):
    assert checked(GOOD, GOOD, line + line_end).bad["row"].to_list() == [3]
    rows = checked(GOOD, line, b'0,1,2,3,"1"' + line_end)
    assert (rows.good.height, rows.bad["row"].to_list()) == (2, [2])


def test_numbers_of_which_the_sum_is_not_finite_are_good():
    assert checked(b"0,1.7e308,1.7e308,3,0").good.row(0) == (1.7e308, 1.7e308, 3, 0, 0)


def test_quotes_around_numbers_mean_nothing():
    quoted = b",".join(b'"%s"' % cell for cell in GOOD.split(b","))
    assert checked(quoted, GOOD).good.rows() == checked(GOOD, GOOD).good.rows()


plain = [b"", b"0", b"1", b"-1", b"2.5", b"nan", b"inf", b"x", b"1e3", b" "]
cells = st.sampled_from([*plain, b'"1"', b'"', b'2"'])
lines = st.lists(cells, min_size=1, max_size=7).map(b",".join)


@given(st.lists(lines, min_size=1, max_size=20).filter(lambda block: block[-1]))
def test_each_line_is_either_good_or_described(block):
    rows = checked(*block)
    block = [line.replace(b'"', b"") for line in block]
    assert rows.good.height + rows.bad.height == len(block)
    assert rows.bad["text"].to_list() == [block[row - 1].decode() for row in rows.bad["row"]]
    assert all(rows.bad["reason"])
    assert rows.good.null_count().sum_horizontal().item() == 0
    assert rows.good.select(pl.all_horizontal(pl.all().is_finite())).to_series().all()


def test_columns_may_stand_in_any_order():
    require_header(tuple(reversed(HEADER)), SPEC, file="cards.csv")


def test_every_wrong_column_is_listed_at_once_with_its_likely_name():
    with pytest.raises(InvalidData) as refusal:
        require_header(("Time", "V1", "v2", "Amuont", "Class", "V1"), SPEC, file="cards.csv")
    assert str(refusal.value) == (
        "cards.csv does not have the columns of cards:\n"
        "  - missing: V2, Amount\n"
        "  - not expected: 'v2' (did you mean V2?), 'Amuont' (did you mean Amount?)\n"
        "  - there twice: V1\n"
        "Their order is free, their names are not. Nothing was prepared. Correct the header, or "
        "describe the data set in a file of its own in params/data/."
    )


def test_a_header_of_garbage_is_not_shown_whole():
    with pytest.raises(InvalidData) as refusal:
        require_header(tuple(f"{n}" * 9999 for n in range(1000)), SPEC, file="cards.csv")
    assert len(str(refusal.value)) < 3000
    assert "and 960 more" in str(refusal.value)
