"""Connection: DuckDB in memory, and its errors in the words of this product."""

import re

import duckdb

from foundation.errors import InvalidData

MEMORY = "400MB"  # of DuckDB's own buffers
# What DuckDB puts before and into its sentences, and people can do without.
PREFIX = re.compile(r"^(?:[A-Z]\w*(?: [A-Z]?\w*)* Error: )+")
PATH = re.compile(r"""["']?/[^"':\s]+["']?""")


def connect() -> duckdb.DuckDBPyConnection:
    """Return a connection to an empty database in memory, which fetches and writes nothing."""
    connection = duckdb.connect(
        config={
            "memory_limit": MEMORY,
            "autoinstall_known_extensions": "false",
            "preserve_insertion_order": "true",
        }
    )
    connection.execute("SET enable_progress_bar = false")  # progress is this product's to show
    return connection


def run_query(query: str, name: str) -> list[tuple[object, ...]]:
    """Return the rows of a small result; InvalidData names the file where DuckDB cannot read it."""
    with connect() as connection:
        try:
            return connection.sql(query).fetchall()
        except duckdb.Error as error:
            raise unreadable_by(name, error) from error


def unreadable_by(name: str, error: duckdb.Error) -> InvalidData:
    """Return the error of a file, called `name`, that DuckDB cannot read."""
    if isinstance(error, duckdb.OutOfMemoryException):
        return InvalidData(
            f"{name} has so many columns, or such long cells, that its rows do not fit into "
            f"{MEMORY}. Nothing was written. Leave out columns, or write the file as Parquet."
        )
    first = PREFIX.sub("", str(error).partition("\n")[0])
    return InvalidData(
        f"{name} cannot be read: {PATH.sub('the file', first).strip()} Nothing was written. It may "
        "be cut off or damaged: get it again, whole; or its description in params/data/ is wrong."
    )
