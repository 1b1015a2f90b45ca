"""Delivered table: a CSV or Parquet file as a table of cells."""

from pathlib import Path

import polars as pl

from foundation.errors import InvalidData

PARQUET_MARK = b"PAR1"
JSON_MARKS = (b"[", b"{")
UTF8_MARK = b"\xef\xbb\xbf"
HEAD_BYTES = 4096


def is_table(path: Path) -> bool:
    """Return whether a file holds a table, by its first bytes: what is no JSON is one."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES).removeprefix(UTF8_MARK).strip()
    return bool(head) and not head.startswith(JSON_MARKS)


def read_cells(path: Path, *, name: str) -> pl.DataFrame:
    """Return a CSV file as text, or a Parquet file with its types; `name` is that of the file.

    Raises InvalidData for a file that is neither.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    is_parquet = head.startswith(PARQUET_MARK)
    if not is_parquet and _is_binary(head):
        raise InvalidData(_unreadable(name, "it is no text in UTF-8"))
    try:
        return pl.read_parquet(path) if is_parquet else pl.read_csv(path, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = "its Parquet is damaged" if is_parquet else str(error).splitlines()[0]
        raise InvalidData(_unreadable(name, reason)) from error


def _unreadable(name: str, reason: str) -> str:
    return (
        f"{name} cannot be read as CSV with a header, Parquet, JSON or JSON Lines: {reason}. "
        "Nothing was delivered."
    )


def _is_binary(head: bytes) -> bool:
    # A character at the end may be cut in two.
    return b"\0" in head or "\ufffd" in head.decode(errors="replace")[:-1]
