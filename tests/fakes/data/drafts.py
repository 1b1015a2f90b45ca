"""Drafts: what is drafted for a small file that is written as lines."""

from pathlib import Path

from catalog.description.describing import describe_file
from catalog.description.draft import Draft
from catalog.description.guess import Ask


def drafted(folder: Path, lines: list[str], ask: Ask | None = None) -> Draft:
    path = folder / "table.csv"
    path.write_text("\n".join(lines) + "\n")
    return describe_file(path, ask=ask).draft


def lines_of(header: str, *cells: str) -> list[str]:
    """A header, and rows in which {n} counts."""
    return [header, *(cell.format(n=n) for n in range(30) for cell in cells)]
