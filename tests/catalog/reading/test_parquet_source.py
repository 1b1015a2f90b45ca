"""Columns of Parquet are read by their position, whatever their names."""

import polars as pl

from catalog.reading.connection import run_query
from catalog.reading.parquet_source import parquet_names, parquet_rows, parquet_types


def test_names_are_those_of_the_file_also_behind_records_and_lists(tmp_path):
    frame = pl.DataFrame(
        {
            "a": [1],
            "s": [{"x": 1, "y": [{"z": 2.0}]}],
            "A": ["t"],
            "l": [[1, 2]],
            "A_1": [0.5],
            'q"': [True],
        }
    )
    path = tmp_path / "t"
    frame.write_parquet(path)
    assert parquet_names(path, "t") == tuple(frame.columns)
    kinds = parquet_types(path, "t")
    assert (kinds[0], kinds[2], kinds[4]) == ("BIGINT", "VARCHAR", "DOUBLE")
    rows = parquet_rows(path, [f"c{at}" for at in range(6)])
    assert run_query(f"SELECT c0, c2, c4 FROM {rows}", "t") == [(1, "t", 0.5)]
