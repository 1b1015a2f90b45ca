"""File kind: what a file is, told from what it begins with and not from its name."""

import codecs
import json
from enum import Enum
from pathlib import Path

from catalog.reading.text_encoding import is_utf8
from catalog.reading.unpacking import unreadable
from foundation.errors import InvalidData

HEAD_BYTES = 1 << 16
SAMPLED_BYTES = 1 << 20
SAMPLED_LINES = 50
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
    head = _head(path, HEAD_BYTES)
    # Not every header that begins with a bracket is JSON.
    begins = b"".join(head.split())[:2]
    is_json = begins in (b'{"', b"{}", b"[{", b"[]") or begins == b"["
    lines = [line for line in head.splitlines() if line.strip()][:SAMPLED_LINES]
    is_json |= sum(map(_is_object, lines)) > len(lines) / 2  # a broken line above the others
    return FileKind.JSON if is_json else FileKind.CSV


def is_json_lines(path: Path) -> bool:
    """Return whether JSON in UTF-8 has an object on each line, as JSON Lines do.

    A line of an object that spans several may be an object, too, and is indented then.
    """
    lines = _head(path, SAMPLED_BYTES).split(b"\n")
    return not lines[0].startswith(b"[") and any(map(_is_object, lines))


def require_whole_json(path: Path, name: str) -> None:
    """Raise InvalidData where JSON does not end as it begins, and so is cut off."""
    first = _head(path, HEAD_BYTES).lstrip()[:1]
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - HEAD_BYTES))
        end = file.read()
    is_array = first == b"["
    is_broken_line = not is_array and end.endswith((b"\n", b"\r")) and is_json_lines(path)
    if not is_broken_line and end.rstrip()[-1:] != (b"]" if is_array else b"}"):
        message = (
            f"{name} is JSON that ends in the middle: it was cut off. Nothing was written. Get it "
            "again, whole."
        )
        raise InvalidData(message)


def _head(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size).removeprefix(codecs.BOM_UTF8)


def _is_object(line: bytes) -> bool:
    if not line.startswith(b"{"):
        return False
    try:
        return bool(json.loads(line))
    except ValueError:
        return False
