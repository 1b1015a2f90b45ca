"""Connection: DuckDB in memory, and its errors in the words of this product."""

import re

import duckdb

from foundation.errors import InvalidData

MEMORY_MB = 400  # of DuckDB's own buffers
# DuckDB keeps a few vectors of 2,048 cells of 16 bytes for each column that it reads.
COLUMN_MB = 0.16
WIDE = 1_000  # columns, beyond which a second thread would need its vectors, too
# What DuckDB puts before and into its sentences, and people can do without.
PREFIX = re.compile(r"^(?:[A-Z]\w*(?: [A-Z]?\w*)* Error: )+")
PATH = re.compile(r"""["']?/[^"':\s]+["']?""")


def connect(columns: int = 0) -> duckdb.DuckDBPyConnection:
    """Return a connection to an empty database in memory, which fetches and writes nothing.

    It has room for tables of so many `columns`.
    """
    connection = duckdb.connect(
        config={
            "memory_limit": f"{memory_mb(columns)}MB",
            "autoinstall_known_extensions": "false",
            "preserve_insertion_order": "true",
            **({"threads": "1"} if columns > WIDE else {}),
        }
    )
    connection.execute("SET enable_progress_bar = false")  # progress is this product's to show
    return connection


def memory_mb(columns: int) -> int:
    """Return the megabytes that DuckDB may use for a table of so many columns."""
    return MEMORY_MB + int(COLUMN_MB * columns) * (columns > WIDE)


def run_query(query: str, name: str, *, columns: int = 0) -> list[tuple[object, ...]]:
    """Return the rows of a small result; InvalidData names the file where DuckDB cannot read it."""
    with connect(columns) as connection:
        try:
            return connection.sql(query).fetchall()
        except duckdb.Error as error:
            raise unreadable_by(name, error, columns=columns) from error


def unreadable_by(name: str, error: duckdb.Error, *, columns: int = 0) -> InvalidData:
    """Return the error of a file, called `name`, that DuckDB cannot read."""
    if isinstance(error, duckdb.OutOfMemoryException):
        return InvalidData(
            f"{name} has so many columns, or such long cells, that its rows do not fit into "
            f"{memory_mb(columns)} MB. Nothing was written. Leave out columns, or write the file "
            "as Parquet."
        )
    first = PREFIX.sub("", str(error).partition("\n")[0])
    return InvalidData(
        f"{name} cannot be read: {PATH.sub('the file', first).strip()} Nothing was written. It may "
        "be cut off or damaged: get it again, whole; or its description in params/data/ is wrong."
    )
