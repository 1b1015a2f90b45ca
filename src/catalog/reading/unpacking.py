"""Unpacking: the files inside compressed files and archives."""

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

from catalog.reading.room import Room
from foundation.errors import InvalidData

ZIP = b"PK\x03\x04"


def unreadable(name: str, what: str) -> InvalidData:
    """Return the error of a file that is something else than a table."""
    return InvalidData(
        f"{name} is {what}. A raw file is CSV, JSON, JSON Lines or Parquet, and may be compressed "
        "(gzip, bzip2, xz, zstd, zip). Nothing was written."
    )


def unpacked(path: Path, folder: Path, room: Room) -> Path:
    """Return the file, or what is inside where it is compressed: its content decides.

    Raises:
        InvalidData: The file is damaged, packed twice, or larger inside than its `room`.
    """
    with path.open("rb") as file:
        head = file.read(8)
    opener = next((opener for mark, opener in OPENERS.items() if head.startswith(mark)), None)
    if opener is None:
        return path
    target = folder / "unpacked"  # DuckDB would unpack what is called .gz once more
    try:
        with opener(path) as source:
            room.copy(source, target)
    except (EOFError, OSError, zlib.error, lzma.LZMAError) as error:
        raise _damaged(room.name, error) from error
    with target.open("rb") as file:
        if is_packed(file.read(8)):
            raise unreadable(room.name, "packed twice; unpack it once")
    return target


def is_packed(head: bytes) -> bool:
    """Return whether a file that begins with `head` is compressed, or a zip archive."""
    return head.startswith((ZIP, *OPENERS))


def _damaged(name: str, error: Exception) -> InvalidData:
    return InvalidData(
        f"{name} is compressed, and cut off or damaged inside ({error}). Nothing was written. Get "
        "it again, whole."
    )


def archive_members(path: Path, name: str) -> list[zipfile.ZipInfo]:
    """Return the files of a zip archive, in the order of their names; none for another file.

    Raises:
        InvalidData: The archive is damaged, empty, a workbook, or has a password.
    """
    with path.open("rb") as file:
        if not file.read(4).startswith(ZIP):
            return []
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
    except zipfile.BadZipFile as error:
        raise _damaged(name, error) from error
    if any(one.filename == "[Content_Types].xml" for one in members):
        raise unreadable(name, "an Excel workbook (.xlsx); save the sheet as CSV")
    files = [one for one in members if not _is_of_the_system(one.filename)]
    if not files:
        raise unreadable(name, "an archive without files")
    if any(one.flag_bits & 1 for one in files):
        raise unreadable(name, "an archive with a password; unpack it")
    return sorted(files, key=lambda one: one.filename)


def _is_of_the_system(name: str) -> bool:
    """Return whether macOS put a member into the archive."""
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1] in (".DS_Store",)


def unpacked_member(path: Path, member: zipfile.ZipInfo, folder: Path, room: Room) -> Path:
    """Write a member of an archive to `folder`.

    Raises:
        InvalidData: The archive is damaged, or holds another archive or more than its `room`.
    """
    target = folder / "member"
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as source:
            room.copy(source, target)
    except NotImplementedError as error:
        what = f"packed in a way that cannot be unpacked here ({error})"
        raise unreadable(room.name, what) from error
    except (EOFError, OSError, zlib.error, zipfile.BadZipFile) as error:
        raise _damaged(room.name, error) from error
    with target.open("rb") as file:
        if file.read(4) == ZIP:
            raise unreadable(room.name, "an archive inside an archive; unpack the outer one")
    return target


def _open_zstd(path: Path) -> IO[bytes]:
    import pyarrow as pa

    return cast("IO[bytes]", pa.CompressedInputStream(pa.OSFile(str(path)), "zstd"))


def _open_gzip(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.GzipFile(path))


OPENERS: dict[bytes, Callable[[Path], IO[bytes]]] = {
    b"\x1f\x8b": _open_gzip,
    **{b"BZh%d" % level: bz2.BZ2File for level in range(1, 10)},
    b"\xfd7zXZ\x00": lzma.LZMAFile,
    b"\x28\xb5\x2f\xfd": _open_zstd,
}
