"""Lines become fields, and fields numbers and texts, or it is said that they do not."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.data.described_csv import GOOD, HEADER, SPEC
from fraud.data.csv_lines import BEYOND, SEPARATOR, field_table, fields_of, lines_of, whole_table
from fraud.data.spec import DataSpec

NUMBERS = DataSpec(
    name="n", raw="n.csv", minimum_rows=1, label="y", time="t", amount="a", features=["x"]
)
COLUMNS = ("x", "a", "t", "y")
texts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=8)


@given(st.lists(texts, min_size=1, max_size=5))
def test_a_row_that_the_csv_module_writes_is_split_as_it_was(fields):
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(fields)
    assert fields_of(written.getvalue(), SPEC) == fields


@pytest.mark.parametrize("line", ['a,"b', '"a"b,c', f"a{SEPARATOR}b"])
def test_a_torn_row_has_no_fields(line):
    assert fields_of(line, SPEC) is None


def test_quotes_mean_nothing_where_every_column_is_a_number():
    assert fields_of('1,"2', NUMBERS) == ["1", '"2']
    assert lines_of(b'1,"2\n3"\n', NUMBERS) == ["1,2", "3"]
    assert lines_of(b'a,"b\nc"\n', SPEC) == ['a,"b', 'c"']


def test_a_table_is_whole_where_every_field_is_what_its_column_holds():
    table = whole_table(b"1,2,3,0\n4,5,6,1\n", COLUMNS, NUMBERS)
    assert table is not None
    assert table.rows() == [(1, 2, 3, 0), (4, 5, 6, 1)]
    described = whole_table(GOOD.encode(), HEADER, SPEC)
    assert described is not None
    assert described.height == 1


@pytest.mark.parametrize("text", [b"1,2,x,0", b"1,2,3,0,5", b'1,2,3,0\n1,2,3,"'])
def test_a_table_with_a_field_that_is_none_is_not_whole(text):
    assert whole_table(text, COLUMNS, NUMBERS) is None


def test_fields_that_are_no_numbers_are_null_and_what_is_beyond_is_kept():
    table = field_table(b"1,,x,0\n1\n1,2,3,0,more\n", COLUMNS, NUMBERS)
    assert table.select(COLUMNS).rows() == [
        (1, None, None, 0), (1, None, None, None), (1, 2, 3, 0),
    ]  # fmt: skip
    assert table[BEYOND].to_list() == [None, None, "more"]
