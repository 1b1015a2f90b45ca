"""File kind: what a file is, told from what it begins with and not from its name."""

import codecs
from enum import Enum
from pathlib import Path

from catalog.reading.text_encoding import is_utf8
from catalog.reading.unpacking import unreadable
from foundation.errors import InvalidData

HEAD_BYTES = 1 << 16
# What a file of each kind begins with, and what people have to do with it.
UNREADABLE = {
    b"\xd0\xcf\x11\xe0": "an Excel workbook (.xls); save the sheet as CSV",
    b"SQLite format 3": "an SQLite database; write the table as CSV or Parquet",
    b"\x89HDF": "an HDF5 file; write the table as Parquet or CSV",
    b"ARROW1": "an Arrow file; write it as Parquet",
    b"\x80\x04": "a Python pickle, which is never read; write it as Parquet or CSV",
    b"\x80\x05": "a Python pickle, which is never read; write it as Parquet or CSV",
    b"%PDF": "a PDF document",
    b"<!DOCTYPE": "a web page: its address leads to a page and not to the file",
    b"<html": "a web page: its address leads to a page and not to the file",
    b"<?xml": "XML; write the table as CSV, JSON Lines or Parquet",
    b"Obj\x01": "an Avro file; write it as Parquet or CSV",
    b"ORC": "an ORC file; write it as Parquet or CSV",
    b"\x89PNG": "a picture",
    b"\x7fELF": "a program",
    b"7z\xbc\xaf": "a 7-Zip archive; unpack it",
    b"Rar!": "a RAR archive; unpack it",
}


class FileKind(Enum):
    """The structure of a raw file."""

    CSV = "CSV"
    JSON = "JSON"
    PARQUET = "Parquet"


def require_text(head: bytes, encoding: str, name: str) -> None:
    """Raise InvalidData where a file that begins with `head` is empty, or no text."""
    if not head.strip():
        message = f"{name} is empty. Nothing was written. Get it again, whole."
        raise InvalidData(message)
    for mark, what in UNREADABLE.items():
        if head.startswith(mark) and (b"\x00" in head or not mark.isalnum()):
            raise unreadable(name, what)
    zeros = head.count(b"\x00")
    if zeros > len(head) // 3 and not encoding.lower().startswith(("utf-16", "utf-32", "utf_16")):
        what = "text in UTF-16 without its mark; name it (encoding: utf-16-le, or utf-16-be)"
        raise unreadable(name, what)
    if zeros and is_utf8(encoding):
        raise unreadable(name, "binary, of an unknown kind")


def text_kind(path: Path) -> FileKind:
    """Return whether a text in UTF-8 is JSON or CSV."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES).removeprefix(codecs.BOM_UTF8)
    # Not every header that begins with a bracket is JSON.
    begins = b"".join(head.split())[:2]
    is_json = begins in (b'{"', b"{}", b"[{", b"[]") or begins == b"["
    return FileKind.JSON if is_json else FileKind.CSV


def require_whole_json(path: Path, name: str) -> None:
    """Raise InvalidData where JSON does not end as it begins."""
    with path.open("rb") as file:
        first = file.read(HEAD_BYTES).removeprefix(codecs.BOM_UTF8).lstrip()[:1]
        file.seek(max(0, path.stat().st_size - HEAD_BYTES))
        last = file.read().rstrip()[-1:]
    if last != {b"[": b"]", b"{": b"}"}[first]:
        message = (
            f"{name} is JSON that ends in the middle: it was cut off. Nothing was written. Get it "
            "again, whole."
        )
        raise InvalidData(message)
