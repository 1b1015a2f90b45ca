"""Rejects: the rows of a file that could not be divided into fields, each with its reason."""

import itertools
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

SHOWN_CHARACTERS = 10_000
REASONS = {
    "MISSING COLUMNS": "too few fields",
    "TOO MANY COLUMNS": "too many fields",
    "UNQUOTED VALUE": "quotes that do not match",
    "LINE SIZE OVER MAXIMUM": "a line that is too long",
    "INVALID ENCODING": "text that is not UTF-8",
}
# By the first character of the JSON, of which there is none where a line is not JSON.
JSON_REASONS = {
    "": ("a line that is not JSON", "it is not JSON"),
    "{": ("a name twice in one object", "it has one name twice"),
    "[": ("JSON that is no object", "it is JSON, but no object"),
}


@dataclass(frozen=True)
class Reject:
    """A row that could not be divided into fields; `row` counts from 1 below the header.

    `spans_lines` is whether line ends are inside it, as behind a quote that is not closed.
    """

    row: int
    reason: str
    detail: str
    text: str
    spans_lines: bool


def csv_rejects(connection: duckdb.DuckDBPyConnection) -> list[Reject]:
    """Return the rows that DuckDB rejected while it read one CSV file."""
    rows = connection.sql(
        "SELECT line, error_type, error_message, csv_line FROM reject_errors ORDER BY line"
    ).fetchall()
    rejects = []
    for line, group in itertools.groupby(rows, key=lambda row: row[0]):
        errors = list(group)
        _, kind, detail, text = errors[0]
        reason = REASONS.get(str(kind), "a missing or unreadable number")
        shown = str(text or "").lstrip("\r\n")[:SHOWN_CHARACTERS]
        sentence, spans_lines = _sentence(str(kind), str(detail)), "\n" in shown
        rejects.append(Reject(int(line) - 1, reason, sentence, shown.rstrip(), spans_lines))
    return rejects


def json_rejects(torn: Sequence[tuple[int, str]], path: Path) -> list[Reject]:
    """Return what is no row of a JSON file: its number, and its JSON, empty where it is none."""
    lines = _lines_at(path, {row for row, text in torn if not text})
    rejects = []
    for row, text in torn:
        shown = (text or lines.get(row, ""))[:SHOWN_CHARACTERS]
        reason, detail = JSON_REASONS["" if not text else "{" if text.startswith("{") else "["]
        rejects.append(Reject(row, reason, detail, shown, spans_lines=False))
    return rejects


def _lines_at(path: Path, numbers: Collection[int]) -> dict[int, str]:
    """Return the lines of JSON Lines with these numbers; those of white space have none."""
    if not numbers:
        return {}
    with path.open("rb") as file:
        filled = (line for line in file if line.strip(b" \t\r\n"))
        return {
            row: line.decode("utf-8", errors="replace").strip()
            for row, line in enumerate(filled, start=1)
            if row in numbers
        }


def _sentence(kind: str, detail: str) -> str:
    """Return what is wrong with a row, in the words of this product."""
    if counts := re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", detail):
        expected, found = counts.groups()
        fields = "1 field" if found == "1" else f"{found} fields"
        return f"it has {fields}, the header {expected}"
    return {
        "UNQUOTED VALUE": "its quotes do not match",
        "INVALID ENCODING": "it is not text in UTF-8",
        "LINE SIZE OVER MAXIMUM": "it is longer than 2 MB",
    }.get(kind, detail)
