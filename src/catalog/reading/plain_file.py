"""Plain file: a raw file as UTF-8 text or Parquet on disk, whatever its encoding or compression."""

import bz2
import codecs
import gzip
import hashlib
import lzma
import shutil
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import IO, cast

from foundation.errors import InvalidData

CHUNK_BYTES = 8 << 20
HEAD_BYTES = 1 << 16
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
    `has_last_line_end` is whether the text ends with a line end: if not, it may be cut off.
    """

    parts: tuple[Path, ...]
    kind: FileKind
    digest: str  # sha256 of the raw file as it was delivered
    has_underscore: bool
    has_last_line_end: bool


def open_plain(path: Path, folder: Path, *, encoding: str = UTF8, name: str = "") -> PlainFile:
    """Return the file as UTF-8 text or Parquet; a copy in `folder` is made where it is neither.

    `name` stands for the file in errors.

    Unpacks gzip, bzip2, xz, zstd and zip; the files of an archive are the parts of one table, in
    the order of their names. A byte order mark decides over `encoding`. Carriage returns go where
    the file mixes them with plain line ends.

    Raises:
        InvalidData: The file is empty, of a kind that cannot be read, cut off inside its
            compression, or not text in that encoding.
    """
    name = name or path.name
    digest = _digest(path)
    members = _archive_members(path, name)
    if not members:
        return _open_part(path, folder, encoding, name, digest)
    parts = []
    for number, member in enumerate(members):
        place = folder / f"part-{number}"
        place.mkdir(exist_ok=True)
        unpacked = _unpacked_member(path, member, place)
        parts.append(_open_part(unpacked, place, encoding, f"{member} in {name}", digest))
    kinds = sorted({part.kind.value for part in parts})
    if len(kinds) > 1:
        message = f"{name} holds files of several kinds ({', '.join(kinds)}). Nothing was written."
        raise InvalidData(message)
    return PlainFile(
        tuple(path for part in parts for path in part.parts),
        parts[0].kind,
        digest,
        any(part.has_underscore for part in parts),
        parts[-1].has_last_line_end,
    )


def _open_part(path: Path, folder: Path, encoding: str, name: str, digest: str) -> PlainFile:
    unpacked = _unpacked(path, folder, name)
    with unpacked.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(b"PAR1"):
        return PlainFile((unpacked,), FileKind.PARQUET, digest, False, True)
    marked = (mark_name for mark, mark_name in BYTE_ORDER_MARKS.items() if head.startswith(mark))
    encoding = next(marked, encoding)
    _require_text(head, encoding, name)
    text = _as_utf8(unpacked, folder, encoding, name)
    facts = _facts(text)
    if facts.mixes_line_ends:
        text = _without_carriage_returns(text, folder)
    return PlainFile(
        (text,), _text_kind(text), digest, facts.has_underscore, facts.has_last_line_end
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unpacked(path: Path, folder: Path, name: str) -> Path:
    with path.open("rb") as file:
        head = file.read(8)
    opener = next((opener for mark, opener in OPENERS.items() if head.startswith(mark)), None)
    if opener is None:
        return path
    target = folder / f"unpacked-{path.name}"
    try:
        with opener(path) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file, CHUNK_BYTES)
    except (EOFError, OSError, zlib.error, lzma.LZMAError) as error:
        raise _damaged(name, error) from error
    return target


def _damaged(name: str, error: Exception) -> InvalidData:
    return InvalidData(
        f"{name} is compressed, and cut off or damaged inside ({error}). Nothing was written. Get "
        "it again, whole."
    )


def _archive_members(path: Path, name: str) -> list[str]:
    """Return the files of a zip archive, in the order of their names; none for another file."""
    with path.open("rb") as file:
        if not file.read(4).startswith(b"PK\x03\x04"):
            return []
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted(one for one in archive.namelist() if not one.endswith("/"))
    except zipfile.BadZipFile as error:
        raise _damaged(name, error) from error
    if "[Content_Types].xml" in names:
        raise _unreadable(name, "an Excel workbook (.xlsx); save the sheet as CSV")
    files = [one for one in names if not one.startswith("__MACOSX/") and "/." not in f"/{one}"]
    if not files:
        raise _unreadable(name, "an archive without files")
    return files


def _unpacked_member(path: Path, member: str, folder: Path) -> Path:
    target = folder / Path(member).name
    try:
        with (
            zipfile.ZipFile(path) as archive,
            archive.open(member) as source,
            target.open("wb") as file,
        ):
            shutil.copyfileobj(source, file, CHUNK_BYTES)
    except (EOFError, OSError, zlib.error, zipfile.BadZipFile, RuntimeError) as error:
        raise _damaged(path.name, error) from error
    return target


def _open_zstd(path: Path) -> IO[bytes]:
    import pyarrow as pa

    return cast("IO[bytes]", pa.CompressedInputStream(pa.OSFile(str(path)), "zstd"))


def _open_gzip(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.GzipFile(path))


OPENERS: dict[bytes, Callable[[Path], IO[bytes]]] = {
    b"\x1f\x8b": _open_gzip,
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
    b"\x28\xb5\x2f\xfd": _open_zstd,
}


def _require_text(head: bytes, encoding: str, name: str) -> None:
    if not head.strip():
        message = f"{name} is empty. Nothing was written. Get it again, whole."
        raise InvalidData(message)
    for mark, what in UNREADABLE.items():
        if head.startswith(mark):
            raise _unreadable(name, what)
    zeros = head.count(b"\x00")
    if zeros > len(head) // 3 and not encoding.lower().startswith(("utf-16", "utf-32", "utf_16")):
        what = "text in UTF-16 without its mark; name it (encoding: utf-16-le, or utf-16-be)"
        raise _unreadable(name, what)
    if zeros and _is_utf8(encoding):
        raise _unreadable(name, "binary, of an unknown kind")


def _unreadable(name: str, what: str) -> InvalidData:
    return InvalidData(
        f"{name} is {what}. A raw file is CSV, JSON, JSON Lines or Parquet, and may be compressed "
        "(gzip, bzip2, xz, zstd, zip). Nothing was written."
    )


def _is_utf8(encoding: str) -> bool:
    return codecs.lookup(encoding).name in (UTF8, "utf-8-sig", "ascii")


def _as_utf8(path: Path, folder: Path, encoding: str, name: str) -> Path:
    if _is_utf8(encoding):
        return path  # invalid bytes are found row by row
    target = folder / f"utf8-{path.name}"
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


@dataclass(frozen=True)
class _Facts:
    has_underscore: bool
    mixes_line_ends: bool
    has_last_line_end: bool


def _facts(path: Path) -> _Facts:
    has_underscore, returns, pairs, ends, last = False, 0, 0, 0, b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            has_underscore = has_underscore or b"_" in chunk
            returns += chunk.count(b"\r")
            ends += chunk.count(b"\n")
            pairs += chunk.count(b"\r\n") + (last == b"\r" and chunk.startswith(b"\n"))
            last = chunk[-1:]
    mixes = returns > 0 and ends > 0 and not returns == pairs == ends
    return _Facts(has_underscore, mixes, last in (b"\n", b"\r"))


def _without_carriage_returns(path: Path, folder: Path) -> Path:
    target = folder / f"lines-{path.name}"
    with path.open("rb") as source, target.open("wb") as file:
        while chunk := source.read(CHUNK_BYTES):
            file.write(chunk.replace(b"\r", b""))
    return target


def _text_kind(path: Path) -> FileKind:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES).removeprefix(codecs.BOM_UTF8).lstrip()
    return FileKind.JSON if head[:1] in (b"{", b"[") else FileKind.CSV
