"""Delivered table: a file is read as what it is, and its noise reaches no message."""

import os

import polars as pl
import pytest

from catalog.delivered_table import is_table, read_cells
from foundation.errors import InvalidData

TABLE = pl.DataFrame({"a": [1, 2], "b": ["x", "é"]})


@pytest.fixture
def file(tmp_path):
    return tmp_path / "file"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", False), (b" \n", False), (b"[]", False), (b"\xef\xbb\xbf\n [", False),
        (b'{"id": 1}\n', False), (b"a,b\n1,2\n", True), (b"PAR1\x00", True),
    ],
)  # fmt: skip
def test_what_is_no_json_is_a_table(file, data, expected):
    file.write_bytes(data)
    assert is_table(file) == expected


def test_a_csv_file_is_read_as_text(file):
    file.write_bytes(b'\xef\xbb\xbfa,b\n1,"x, y"\n,2\n')
    assert read_cells(file, name="day.csv").rows() == [("1", "x, y"), (None, "2")]


def test_a_parquet_file_keeps_its_types(file):
    TABLE.write_parquet(file)
    assert read_cells(file, name="day.parquet").equals(TABLE)


@pytest.mark.parametrize("data", [b"a,b\n1,2,3\n", b"PAR1 but not really", b"\x00\x01\xff" * 99])
def test_what_cannot_be_read_is_named_without_its_noise(file, data):
    file.write_bytes(data)
    with pytest.raises(InvalidData, match=r"day\.x cannot be read as .*Nothing was delivered") as e:
        read_cells(file, name="day.x")
    assert str(e.value).isprintable()
    assert len(str(e.value)) < 400


def test_random_bytes_are_a_table_or_a_sentence(file):
    for _ in range(50):
        file.write_bytes(os.urandom(200))
        try:
            assert read_cells(file, name="day").width
        except InvalidData as refusal:
            assert str(refusal).isprintable()  # noqa: PT017  # either is right
