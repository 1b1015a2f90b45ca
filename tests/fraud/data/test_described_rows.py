"""Described rows: texts, identifiers and gaps are kept as they are, or the row is named."""

import csv

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.data.described_csv import GOOD, HEADER, SPEC
from fraud.data.validation import CheckedRows, RowCheck, stored_schema

COLUMNS = (
    "age", "visits", "channel", "country", "amount", "seconds", "payment", "customer_id", "till",
    "scenario", "fraud",
)  # fmt: skip


def checked(*lines: str, details: int = 100) -> CheckedRows:
    rows = list(csv.reader(lines))
    cells = pl.DataFrame(rows, schema=dict.fromkeys(HEADER, pl.String), orient="row")
    return RowCheck(SPEC, details)(cells)


def with_cell(column: str, value: str) -> str:
    cells = GOOD.split(",")
    cells[HEADER.index(column)] = value
    return ",".join(cells)


BAD = with_cell("amount", "-1")


def test_what_a_model_is_given_is_stored_first_and_the_label_last():
    assert tuple(stored_schema(SPEC)) == COLUMNS
    rows = checked(GOOD)
    assert rows.good.schema == stored_schema(SPEC)
    assert rows.good.row(0) == (41, 3, "chip", "BE", 9.5, 60, "p1", "ann", "t1", None, 0)


@pytest.mark.parametrize("others", [[], [BAD]], ids=["all good", "beside a bad row"])
@pytest.mark.parametrize(
    ("column", "value", "stored"),
    [
        ("age", "", None),
        ("age", "NA", None),
        ("age", "nan", None),
        ("age", " NULL ", None),
        ("age", "4e1", 40.0),
        ("channel", "", None),
        ("channel", "  ", None),
        ("channel", '""', None),
        ("country", "NA", "NA"),
        ("country", "null", "null"),
        ("country", "Österreich", "Österreich"),
        ("country", '"Bonaire, Saba"', "Bonaire, Saba"),
        ("country", '"the ""old"" one"', 'the "old" one'),
        ("country", 'o"er', 'o"er'),
        ("country", " BE\t", "BE"),
        ("payment", "007", "007"),
        ("scenario", "planted", "planted"),
    ],
)
def test_a_cell_that_may_be_so_is_kept_as_it_is_or_missing(column, value, stored, others):
    rows = checked(with_cell(column, value), GOOD, *others)
    assert rows.bad_count == len(others)
    assert rows.good[column][0] == stored
    assert rows.good[column][1] == checked(GOOD).good[column][0]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (with_cell("payment", ""), "payment is empty"),
        (with_cell("till", "  "), "till is empty"),
        (with_cell("customer_id", '""'), "customer_id is empty"),
        (with_cell("age", "old"), "age is 'old', not a number"),
        (with_cell("age", "inf"), "age is 'inf', not a finite number"),
        (with_cell("visits", ""), "visits is empty"),
        (with_cell("visits", "NA"), "visits is 'NA', not a number"),
        (with_cell("amount", "NA"), "amount is 'NA', not a number"),
        (with_cell("fraud", ""), "fraud is empty"),
        (",,,,,,,,,,", "the row is empty"),
    ],
)
def test_a_bad_row_is_named_with_all_that_is_wrong(line, reason):
    rows = checked(GOOD, line, GOOD)
    assert (rows.good.height, rows.lines.tolist()) == (2, [0, 2])
    ((number, told, text),) = rows.bad.rows()
    assert number == 2
    assert told.startswith(reason)
    assert text == line.replace('""', "")
    assert sum(rows.reasons.values()) >= rows.bad_count == 1


plain = ["", "0", "1", "-1", "2.5", "nan", "x", "NA", " ", "é", "\ufffd", "a\x1fb"]
lines = st.lists(st.sampled_from(plain), min_size=11, max_size=11).map(",".join)
mostly_good = st.sampled_from([GOOD, with_cell("channel", ""), with_cell("age", "NA")])


@settings(max_examples=30)
@given(st.lists(st.one_of(lines, mostly_good), min_size=1, max_size=12))
def test_each_line_is_either_good_or_described(block):
    rows = checked(*block)
    assert rows.good.height + rows.bad.height == rows.bad_count + rows.good.height == len(block)
    assert sorted([*(1 + rows.lines), *rows.bad["row"]]) == list(range(1, len(block) + 1))
    assert rows.bad["text"].to_list() == [block[row - 1] for row in rows.bad["row"]]
    assert all(rows.bad["reason"])
    needed = rows.good.drop("age", "channel", "country", "scenario")
    assert needed.null_count().sum_horizontal().item() == 0


@settings(max_examples=30)
@given(st.lists(st.one_of(lines, mostly_good), min_size=1, max_size=8))
def test_a_row_is_read_the_same_beside_good_rows_and_beside_bad_ones(block):
    rows = checked(*block, BAD)
    assert rows.good.height == sum(checked(line).good.height for line in block)
    alone = [checked(line).good for line in block]
    assert rows.good.equals(pl.concat(alone))
