"""An error of the reader is said in plain words, and the reader fetches nothing."""

import duckdb
import pytest

from catalog.reading import connection
from catalog.reading.connection import connect, memory_mb, run_query
from foundation.errors import InvalidData


def test_no_path_and_no_prefix_of_the_reader_reach_people():
    with pytest.raises(InvalidData) as refused:
        run_query("SELECT * FROM read_parquet('/nowhere/secret/t.parquet')", "mine.parquet")
    message = str(refused.value)
    assert message.startswith("mine.parquet cannot be read:")
    assert "/nowhere" not in message
    assert "Error:" not in message


def test_too_little_memory_is_called_so(monkeypatch):
    def full(columns):
        opened = connect(columns)
        opened.execute("SET memory_limit = '1MB'")
        return opened

    monkeypatch.setattr(connection, "connect", full)
    query = "SELECT count(DISTINCT x) FROM (SELECT range::VARCHAR || 'x' AS x FROM range(3000000))"
    with pytest.raises(InvalidData, match="do not fit into"):
        run_query(query, "wide.csv")


def test_a_connection_fetches_no_extension():
    with connect() as opened, pytest.raises(duckdb.Error):
        opened.execute("LOAD httpfs")


def test_memory_grows_with_the_columns_of_wide_tables_only():
    assert memory_mb(0) == memory_mb(1_000) == 400
    assert memory_mb(5_000) == 1_200
    with connect(5_000) as opened:
        limit, threads = opened.sql(
            "SELECT current_setting('memory_limit'), current_setting('threads')"
        ).fetchall()[0]
    assert (limit, threads) == ("1.1 GiB", 1)
