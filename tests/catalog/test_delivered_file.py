"""Delivered file: JSON stays as it is, and any other file is a table by its description."""

import gzip
import json

import polars as pl
import pytest

from catalog.delivered_file import DeliveredTable, read_delivered
from foundation.errors import InvalidData
from fraud.data.spec import DataSpec

SPEC = DataSpec(
    name="shop", raw="shop.csv", label="fraud", amount="amount", features=["v*"],
    categorical=["channel"], annotations=["note"],
)  # fmt: skip
TABLE = pl.DataFrame({"v1": [1.5, 2.0], "channel": ["web", "é"], "amount": [3.0, 4.0]})


@pytest.fixture
def read(tmp_path):
    def of(data: bytes, spec: DataSpec = SPEC) -> bytes | DeliveredTable:
        (tmp_path / "file").write_bytes(data)
        folder = tmp_path / "unpacked"
        folder.mkdir(exist_ok=True)
        return read_delivered(tmp_path / "file", folder, lambda: spec, name="day.x")

    return of


@pytest.mark.parametrize(
    "data", [b"", b" \n", b"[]", b"\xef\xbb\xbf\n [1]", b'{"id": 1}\n{"id": 2}\n']
)
def test_json_is_taken_to_the_byte_and_needs_no_description(tmp_path, data):
    def refuse() -> DataSpec:
        raise AssertionError

    (tmp_path / "file").write_bytes(data)
    assert read_delivered(tmp_path / "file", tmp_path, refuse, name="day") == data


def test_json_may_be_compressed(read):
    batch = json.dumps([{"id": "a", "amount": 1}]).encode()
    assert read(gzip.compress(batch)) == batch


def test_a_csv_file_is_read_as_text_in_its_own_dialect(read):
    spec = SPEC.model_copy(update={"delimiter": ";", "encoding": "latin-1"})
    data = 'v1;channel;amount;note;zip\n1,5;"a; b";2;x;8001\n;é;3;y;8002\n'.encode("latin-1")
    for written in (data, gzip.compress(data)):
        table = read(written, spec)
        assert isinstance(table, DeliveredTable)
        assert table.cells.rows() == [("1,5", "a; b", "2"), (None, "é", "3")]
        assert (table.unused, table.torn, table.spec.features) == (["zip"], [], ["v1"])


def test_a_parquet_file_keeps_its_types_and_the_label_is_left_out(read, tmp_path):
    TABLE.with_columns(fraud=pl.lit(1)).write_parquet(tmp_path / "p")
    table = read((tmp_path / "p").read_bytes())
    assert isinstance(table, DeliveredTable)
    assert table.cells.rows() == TABLE.rows()
    assert table.cells.schema["v1"] == pl.Float64


def test_a_row_that_cannot_be_divided_is_kept_as_it_stands(read):
    table = read(b"v1,channel,amount\n1,web,2\n1,web,2,9\n3,till,4\n")
    assert isinstance(table, DeliveredTable)
    assert table.cells.height == 2
    assert table.torn == ["1,web,2,9"]


@pytest.mark.parametrize("data", [b"PAR1\x00 but not really", b"\x00\x01\xff" * 99, b"\x89PNG\r\n"])
def test_what_cannot_be_read_is_named_without_its_noise(read, data):
    with pytest.raises(InvalidData, match=r"day\.x") as refusal:
        read(data)
    assert str(refusal.value).isprintable()
