"""Unpacking: the files inside compressed files and archives."""

import bz2
import gzip
import lzma
import shutil
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

from foundation.errors import InvalidData

CHUNK_BYTES = 8 << 20


def unreadable(name: str, what: str) -> InvalidData:
    """Return the error of a file that is something else than a table."""
    return InvalidData(
        f"{name} is {what}. A raw file is CSV, JSON, JSON Lines or Parquet, and may be compressed "
        "(gzip, bzip2, xz, zstd, zip). Nothing was written."
    )


def unpacked(path: Path, folder: Path, name: str) -> Path:
    """Return the file, or what is inside where it is compressed; InvalidData where it is damaged.

    The content decides, and not the name.
    """
    with path.open("rb") as file:
        head = file.read(8)
    opener = next((opener for mark, opener in OPENERS.items() if head.startswith(mark)), None)
    if opener is None:
        return path
    target = folder / "unpacked"  # DuckDB would unpack what is called .gz once more
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


def archive_members(path: Path, name: str) -> list[zipfile.ZipInfo]:
    """Return the files of a zip archive, in the order of their names; none for another file.

    Raises:
        InvalidData: The archive is damaged, empty, a workbook, or has a password.
    """
    with path.open("rb") as file:
        if not file.read(4).startswith(b"PK\x03\x04"):
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


def unpacked_member(path: Path, member: zipfile.ZipInfo, folder: Path, *, name: str) -> Path:
    """Write a member of an archive to `folder`; InvalidData, by `name`, where it is damaged."""
    target = folder / "member"
    try:
        with (
            zipfile.ZipFile(path) as archive,
            archive.open(member) as source,
            target.open("wb") as file,
        ):
            shutil.copyfileobj(source, file, CHUNK_BYTES)
    except NotImplementedError as error:
        what = f"packed in a way that cannot be unpacked here ({error})"
        raise unreadable(name, what) from error
    except (EOFError, OSError, zlib.error, zipfile.BadZipFile) as error:
        raise _damaged(name, error) from error
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
