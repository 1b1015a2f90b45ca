"""Line ends: the lines of a text file, counted, and written with one kind of line end."""

import codecs
import itertools
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

CHUNK_BYTES = 8 << 20


@dataclass(frozen=True)
class LineFacts:
    """What reading a text line by line depends on.

    `has_odd_numbers` is whether it may hold what DuckDB takes for a number and nobody else (1_000,
    +-5), `has_quotes` whether a cell may span lines. `lines` counts those that are not empty.
    """

    has_odd_numbers: bool
    has_quotes: bool
    mixes_line_ends: bool
    has_last_line_end: bool
    lines: int
    empty_lines: int


def line_facts(path: Path) -> LineFacts:
    """Count the lines of a text, in one pass."""
    has_odd, has_quotes = False, False
    returns = pairs = ends = empty = 0
    last, is_line_start = b"", True
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            edge = last + chunk[:1]
            has_odd = has_odd or b"_" in chunk or b"+-" in chunk or edge == b"+-"
            has_quotes = has_quotes or b'"' in chunk or b"'" in chunk
            ends += chunk.count(b"\n")
            if b"\r" in chunk:
                returns += chunk.count(b"\r")
                pairs += chunk.count(b"\r\n")
            pairs += edge == b"\r\n"
            found, is_line_start = _empty_lines(chunk, is_line_start)
            empty += found
            last = chunk[-1:]
    is_ended = last in (b"\n", b"\r", b"")
    mixes = returns > 0 and not returns == pairs == ends
    return LineFacts(has_odd, has_quotes, mixes, is_ended, ends + (not is_ended) - empty, empty)


def _empty_lines(chunk: bytes, is_line_start: bool) -> tuple[int, bool]:
    """Return the number of empty lines that end in a chunk, and whether a line starts behind it."""
    text = chunk.replace(b"\r", b"") if b"\r" in chunk else chunk
    if not text:
        return 0, is_line_start
    first = int(is_line_start and text.startswith(b"\n"))
    if b"\n\n" not in text:  # nearly always; looking is ten times as fast as counting
        return first, text.endswith(b"\n")
    is_end = np.frombuffer(text, dtype=np.uint8) == ord("\n")
    return first + int(np.count_nonzero(is_end[1:] & is_end[:-1])), bool(is_end[-1])


def with_plain_line_ends(path: Path, folder: Path) -> Path:
    """Write every line end as a line feed, also a carriage return that stands alone."""
    target = folder / "lines"
    carried = b""
    with path.open("rb") as source, target.open("wb") as file:
        while chunk := source.read(CHUNK_BYTES):
            text = carried + chunk
            carried = b"\r" if text.endswith(b"\r") else b""
            text = text.removesuffix(carried) if carried else text
            file.write(text.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
        file.write(b"\n" if carried else b"")
    return target


def without_empty_lines(path: Path, folder: Path, *, quote: str, delimiters: str) -> Path:
    """Leave out the lines that hold nothing and are inside no quotes.

    No row is made of such a line, and the numbers of the rows below would be shifted. A quote
    begins a quoted cell at the start of a line or behind one of `delimiters`, with or without
    spaces between, as for DuckDB. A line of spaces or delimiters is a row, and stays, but for those
    above the header.
    """
    target = folder / "filled"
    cells = _QuotedCells(quote, delimiters)
    with path.open("rb") as source, target.open("wb") as file:
        for line in itertools.dropwhile(_is_blank, source):
            if cells.is_open or line.strip(b"\r\n"):
                file.write(line)
                cells.read(line)
    return target


def begins_blank(head: bytes) -> bool:
    """Return whether the first line of a text holds nothing but spaces."""
    return _is_blank(head.partition(b"\n")[0])


def _is_blank(line: bytes) -> bool:
    return not line.removeprefix(codecs.BOM_UTF8).strip()


class _QuotedCells:
    """Whether the lines that were read end inside a quoted cell."""

    def __init__(self, quote: str, delimiters: str) -> None:
        self._quote = quote.encode()
        marks = b"|".join(re.escape(one.encode()) for one in delimiters)
        self._opening = re.compile(rb"(?:^|" + marks + rb") *" + re.escape(self._quote))
        self.is_open = False

    def read(self, line: bytes) -> None:
        if not self._quote or self._quote not in line:
            return
        at = 0
        while at >= 0:
            at = self._end_of_cell(line, at) if self.is_open else self._start_of_cell(line, at)

    def _start_of_cell(self, line: bytes, at: int) -> int:
        """Return the place behind the next opening quote; -1 where there is none."""
        found = self._opening.search(line, at)
        self.is_open = found is not None
        return -1 if found is None else found.end()

    def _end_of_cell(self, line: bytes, at: int) -> int:
        """Return the place behind the closing quote; -1 where the cell goes on in the next line."""
        size = len(self._quote)
        while (found := line.find(self._quote, at)) >= 0:
            at = found + size
            if not line.startswith(self._quote, at):  # a doubled quote is one of the cell
                self.is_open = False
                return at
            at += size
        return -1
