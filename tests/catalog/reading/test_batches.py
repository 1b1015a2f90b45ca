"""Rows come in batches, and an error of the reader is said in plain words."""

import duckdb
import pytest

from catalog.reading import batches
from catalog.reading.batches import connect, run_query
from catalog.reading.plain_file import open_plain
from catalog.reading.table_file import TableFile
from foundation.errors import InvalidData
from fraud.data.formats import FileFormat


def table_of(folder, text: str) -> TableFile:
    path = folder / "t.csv"
    path.write_text(text)
    return TableFile(open_plain(path, folder), FileFormat(), name="t.csv")


def test_batches_are_no_larger_than_said_and_together_the_table(tmp_path, monkeypatch):
    monkeypatch.setattr(batches, "BATCH_ROWS", 7)
    tables = list(table_of(tmp_path, "a\n" + "1\n" * 30).batches(["a"]))
    assert max(table.height for table in tables) <= 7
    assert sum(table.height for table in tables) == 30


def test_no_path_and_no_prefix_of_the_reader_reach_people(tmp_path):
    with pytest.raises(InvalidData) as refused:
        run_query("SELECT * FROM read_parquet('/nowhere/secret/t.parquet')", "mine.parquet")
    message = str(refused.value)
    assert message.startswith("mine.parquet cannot be read:")
    assert "/nowhere" not in message
    assert "Error:" not in message


def test_too_little_memory_is_called_so(monkeypatch):
    def full():
        connection = connect()
        connection.execute("SET memory_limit = '1MB'")
        return connection

    monkeypatch.setattr(batches, "connect", full)
    query = "SELECT count(DISTINCT x) FROM (SELECT range::VARCHAR || 'x' AS x FROM range(3000000))"
    with pytest.raises(InvalidData, match="do not fit into"):
        run_query(query, "wide.csv")


def test_a_connection_fetches_no_extension():
    with connect() as connection, pytest.raises(duckdb.Error):
        connection.execute("LOAD httpfs")
