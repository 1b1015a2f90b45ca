"""A batch file is parsed alike as an array and as lines."""

import json
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.batch_file import parse_batch
from foundation.errors import InvalidData


@given(st.lists(st.dictionaries(st.text(), st.integers(0, 9)), min_size=1))
def test_an_array_and_its_lines_are_read_alike(batch):
    array = parse_batch(json.dumps(batch, indent=1).encode(), source="x")
    body = b"\n".join(json.dumps(one).encode() for one in batch)
    lines = parse_batch(b"\xef\xbb\xbf" + body + b"\r\n", source="x")
    assert array == lines
    assert array.transactions == batch


def test_a_position_in_json_lines_is_the_line():
    batch = parse_batch(b'{"a": 1}\n\n  \n{"b": 2}', source="x")
    assert batch.positions == [1, 4]


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b" \n ", "is empty"),
        (b"", "a day without transactions is the file \\[\\]"),
        (b'{"id": "a"}\n{"id": "b"\n', "line 2"),
        (b'[{"id": "\xff"}]', "byte 10 is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_parsed_is_refused_with_its_name_and_the_place(data, place):
    with pytest.raises(InvalidData, match=rf"(?i)day\.json .*{place}"):
        parse_batch(data, source="day.json")


def test_a_number_that_is_no_json_is_left_to_the_checks_of_transactions():
    assert parse_batch(b'[{"amount": Infinity}]', source="x").transactions == [{"amount": inf}]


def test_an_empty_array_is_a_day_without_transactions():
    batch = parse_batch(b"\xef\xbb\xbf [\n] ", source="x")
    assert (batch.transactions, batch.positions) == ([], [])
