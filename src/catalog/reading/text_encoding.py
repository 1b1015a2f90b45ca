"""Text encoding: the text of a raw file as UTF-8, by its byte order mark or its description."""

import codecs
import shutil
from pathlib import Path

from foundation.errors import InvalidData

CHUNK_BYTES = 8 << 20
SAMPLED_BYTES = 1 << 20
UTF8 = "utf-8"
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def encoding_of(head: bytes, named: str) -> str:
    """Return the encoding of a text that begins with `head`: its byte order mark decides."""
    marked = (encoding for mark, encoding in BYTE_ORDER_MARKS.items() if head.startswith(mark))
    return next(marked, named)


def is_utf8(encoding: str) -> bool:
    """Return whether every byte of a text in that encoding is as in UTF-8."""
    return codecs.lookup(encoding).name in (UTF8, "utf-8-sig", "ascii")


def as_utf8(path: Path, folder: Path, encoding: str, name: str) -> Path:
    """Return the text as UTF-8: the file itself, or a copy in `folder`.

    Raises:
        InvalidData: The bytes are no text in that encoding, or are UTF-8 and called otherwise.
    """
    if is_utf8(encoding):
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
