"""Plain file: a raw file as UTF-8 text or Parquet on disk, whatever its encoding or compression."""

import codecs
import hashlib
import shutil
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from catalog.reading.line_ends import line_facts, with_plain_line_ends, without_empty_lines
from catalog.reading.unpacking import archive_members, unpacked, unpacked_member, unreadable
from foundation.errors import InvalidData

CHUNK_BYTES = 8 << 20
HEAD_BYTES = 1 << 16
SAMPLED_BYTES = 1 << 20
UTF8 = "utf-8"
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
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


@dataclass(frozen=True)
class PlainFile:
    """A file that can be read as it stands: its kind, and facts that reading it depends on.

    `parts` are the files of a table in their order: several, where the raw file is an archive.
    `has_odd_numbers` is whether the text may hold what DuckDB takes for a number and nobody else
    (1_000, +-5). `lines` counts those that are not empty, and `empty_lines` the others.
    `has_last_line_end` is whether the text ends with a line end: if not, it may be cut off.
    """

    parts: tuple[Path, ...]
    kind: FileKind
    digest: str  # sha256 of the raw file as it was delivered
    has_odd_numbers: bool
    has_last_line_end: bool
    has_quotes: bool = False
    lines: int = 0
    empty_lines: int = 0


def open_plain(path: Path, folder: Path, *, encoding: str = UTF8, name: str = "") -> PlainFile:
    """Return the file as UTF-8 text or Parquet; a copy in `folder` is made where it is neither.

    `name` stands for the file in errors.

    Unpacks gzip, bzip2, xz, zstd and zip; the files of an archive are the parts of one table, in
    the order of their names. A byte order mark decides over `encoding`. Where line ends are mixed,
    each becomes a line feed, and empty lines go where no cell may hold them.

    Raises:
        InvalidData: The file is empty, of a kind that cannot be read, cut off inside its
            compression, or not text in that encoding.
    """
    name = name or path.name
    digest = _digest(path)
    members = archive_members(path, name)
    if not members:
        return _open_part(path, folder, encoding, name, digest)
    parts = []
    for number, member in enumerate(members):
        place = folder / f"part-{number}"
        place.mkdir(exist_ok=True)
        part = unpacked_member(path, member, place, name=name)
        what = f"{member.filename} in {name}"
        parts.append(_open_part(part, place, encoding, what, digest))
    kinds = sorted({part.kind.value for part in parts})
    if len(kinds) > 1:
        message = f"{name} holds files of several kinds ({', '.join(kinds)}). Nothing was written."
        raise InvalidData(message)
    return PlainFile(
        tuple(path for part in parts for path in part.parts),
        parts[0].kind,
        digest,
        any(part.has_odd_numbers for part in parts),
        parts[-1].has_last_line_end,
        any(part.has_quotes for part in parts),
        sum(part.lines for part in parts),
        sum(part.empty_lines for part in parts),
    )


def _open_part(path: Path, folder: Path, encoding: str, name: str, digest: str) -> PlainFile:
    path = unpacked(path, folder, name)
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(b"PAR1") and b"\x00" in head:
        return PlainFile((path,), FileKind.PARQUET, digest, False, True)
    marked = (mark_name for mark, mark_name in BYTE_ORDER_MARKS.items() if head.startswith(mark))
    encoding = next(marked, encoding)
    _require_text(head, encoding, name)
    text = _as_utf8(path, folder, encoding, name)
    kind = _text_kind(text)
    if kind is FileKind.JSON:
        _require_whole_json(text, name)
        return PlainFile((text,), kind, digest, True, True)
    facts = line_facts(text)
    if facts.mixes_line_ends:
        text = with_plain_line_ends(text, folder)
        facts = line_facts(text)
    if facts.empty_lines and not facts.has_quotes:
        text = without_empty_lines(text, folder)
        facts = line_facts(text)
    return PlainFile(
        (text,), kind, digest, facts.has_odd_numbers, facts.has_last_line_end, facts.has_quotes,
        facts.lines, facts.empty_lines,
    )  # fmt: skip


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _require_text(head: bytes, encoding: str, name: str) -> None:
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
    if zeros and _is_utf8(encoding):
        raise unreadable(name, "binary, of an unknown kind")


def _is_utf8(encoding: str) -> bool:
    return codecs.lookup(encoding).name in (UTF8, "utf-8-sig", "ascii")


def _as_utf8(path: Path, folder: Path, encoding: str, name: str) -> Path:
    if _is_utf8(encoding):
        return path  # invalid bytes are found row by row
    _require_not_utf8(path, encoding, name)
    target = folder / "utf8"
    try:
        with (
            path.open(encoding=encoding, newline="") as source,
            target.open("w", encoding=UTF8, newline="") as file,
        ):
            shutil.copyfileobj(source, file, CHUNK_BYTES)
    except UnicodeError as error:
        message = (
            f"{name} is not text in {encoding} ({error}). Nothing was written. Name the encoding "
            "of the file in its description (encoding: cp1252, for example)."
        )
        raise InvalidData(message) from error
    return target


def _require_not_utf8(path: Path, encoding: str, name: str) -> None:
    """Raise InvalidData for UTF-8 that is called something else: é would become Ã©."""
    with path.open("rb") as file:
        head = file.read(SAMPLED_BYTES)
    if head.isascii() or b"\x00" in head:
        return
    try:
        head[: head.rfind(b"\n") + 1 or None].decode(UTF8)
    except UnicodeDecodeError:
        return
    message = (
        f"{name} is UTF-8, and its description says {encoding}: letters such as é would be read "
        "wrongly. Nothing was written. Take the line `encoding` out of the description."
    )
    raise InvalidData(message)


def _text_kind(path: Path) -> FileKind:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES).removeprefix(codecs.BOM_UTF8)
    # Not every header that begins with a bracket is JSON.
    begins = b"".join(head.split())[:2]
    is_json = begins in (b'{"', b"{}", b"[{", b"[]") or begins == b"["
    return FileKind.JSON if is_json else FileKind.CSV


def _require_whole_json(path: Path, name: str) -> None:
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
