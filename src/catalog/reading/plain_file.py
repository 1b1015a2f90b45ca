"""Plain file: a raw file as UTF-8 text or Parquet on disk, whatever its encoding or compression."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from catalog.reading.file_kind import (
    HEAD_BYTES,
    FileKind,
    is_json_lines,
    require_text,
    require_whole_json,
    text_kind,
)
from catalog.reading.line_ends import (
    begins_blank,
    line_facts,
    with_plain_line_ends,
    without_empty_lines,
)
from catalog.reading.room import Room
from catalog.reading.text_encoding import UTF8, as_utf8, encoding_of
from catalog.reading.unpacking import archive_members, unpacked, unpacked_member
from foundation.errors import InvalidData
from fraud.data.formats import FileFormat


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


@dataclass(frozen=True)
class Dialect:
    """What is known of a CSV text before it is opened; `delimiters` are those that it may have."""

    encoding: str = UTF8
    quote: str = '"'
    delimiters: str = ",;\t|"

    @classmethod
    def of(cls, form: FileFormat) -> "Dialect":
        """Return the dialect that a description names."""
        return cls(form.encoding, form.quote, form.delimiter)


def open_plain(
    path: Path, folder: Path, *, dialect: Dialect | None = None, name: str = ""
) -> PlainFile:
    """Return the file as UTF-8 text or Parquet; a copy in `folder` is made where it is neither.

    `name` stands for the file in errors.

    Unpacks gzip, bzip2, xz, zstd and zip; the files of an archive are the parts of one table, in
    the order of their names. A byte order mark decides over the encoding of the dialect. Where line
    ends are mixed, each becomes a line feed, and empty lines go, but for those inside quotes.

    Raises:
        InvalidData: The file is empty, of a kind that cannot be read, cut off inside its
            compression, larger inside than data can be, or not text in that encoding.
    """
    name, dialect = name or path.name, dialect or Dialect()
    digest = _digest(path)
    members, room = archive_members(path, name), Room(path, name)
    if not members:
        return _open_part(unpacked(path, folder, room), folder, dialect, name, digest)
    parts = []
    for number, member in enumerate(members):
        place = folder / f"part-{number}"
        place.mkdir(exist_ok=True)
        part = unpacked(unpacked_member(path, member, place, room), place, room)
        what = f"{member.filename} in {name}"
        parts.append(_open_part(part, place, dialect, what, digest))
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


def _open_part(path: Path, folder: Path, dialect: Dialect, name: str, digest: str) -> PlainFile:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(b"PAR1") and b"\x00" in head:
        return PlainFile((path,), FileKind.PARQUET, digest, False, True)
    encoding = encoding_of(head, dialect.encoding)
    require_text(head, encoding, name)
    text = as_utf8(path, folder, encoding, name)
    kind = text_kind(text)
    if kind is FileKind.JSON:
        return _json_part(text, folder, name, digest)
    facts = line_facts(text)
    if facts.mixes_line_ends:
        text = with_plain_line_ends(text, folder)
        facts = line_facts(text)
    if facts.empty_lines or begins_blank(head):
        text = without_empty_lines(text, folder, quote=dialect.quote, delimiters=dialect.delimiters)
        facts = line_facts(text)
    return PlainFile(
        (text,), kind, digest, facts.has_odd_numbers, facts.has_last_line_end, facts.has_quotes,
        facts.lines, facts.empty_lines,
    )  # fmt: skip


def _json_part(text: Path, folder: Path, name: str, digest: str) -> PlainFile:
    require_whole_json(text, name)
    if not is_json_lines(text):
        return PlainFile((text,), FileKind.JSON, digest, True, True)
    facts = line_facts(text)
    if facts.mixes_line_ends:
        text = with_plain_line_ends(text, folder)
    return PlainFile((text,), FileKind.JSON, digest, True, facts.has_last_line_end)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
