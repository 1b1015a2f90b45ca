"""Parquet source: the columns of a Parquet file by their position, as SQL.

DuckDB takes names that differ only in case for one, and gives the second another name. Positions
are unambiguous.
"""

from collections.abc import Sequence
from pathlib import Path

from catalog.reading.connection import run_query
from catalog.reading.sql import sql_text


def parquet_names(path: Path, name: str) -> tuple[str, ...]:
    """Return the names of the columns as the file has them; `name` stands for it in errors."""
    query = f"SELECT name, coalesce(num_children, 0) FROM parquet_schema({sql_text(str(path))})"
    # The fields of a record follow it, each with its own; the whole table is the first record.
    fields = [(str(field), int(str(count))) for field, count in run_query(query, name)]
    names, open_fields = [], 0
    for field, count in fields[1:]:
        if open_fields:
            open_fields += count - 1
        else:
            names.append(field)
            open_fields = count
    return tuple(names)


def parquet_types(path: Path, name: str) -> list[str]:
    """Return the types of the columns, as DuckDB calls them."""
    query = f"DESCRIBE SELECT * FROM read_parquet({sql_text(str(path))})"
    return [str(row[1]) for row in run_query(query, name)]


def parquet_rows(path: Path, places: Sequence[str]) -> str:
    """Return the SQL of the rows; `places` are what the columns are called, in their order."""
    return f"(SELECT * FROM read_parquet({sql_text(str(path))}) AS t({', '.join(places)}))"
