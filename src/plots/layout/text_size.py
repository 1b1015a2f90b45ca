"""Lettering: how much room a text takes, and what becomes of one that takes too much."""

from bisect import bisect_right
from functools import lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

SMALL, PLAIN, LARGE = 9.0, 10.5, 13.0  # points


@lru_cache(maxsize=4096)
def inches(text: str, size: float = SMALL, *, bold: bool = False) -> float:
    """Measure how wide a line of text will be."""
    if not text.strip():
        return 0.0
    font = FontProperties(size=size, weight="bold" if bold else "normal")
    return float(TextPath((0, 0), literal(text), prop=font).get_extents().x1) / 72


def literal(text: str) -> str:
    """Keep dollar signs what they are: two of them would begin and end a formula."""
    return text.replace("$", r"\$")


def shortened(text: str, room: float, size: float = SMALL, *, bold: bool = False) -> str:
    """Leave out the middle of a text wider than `room` inches: names differ at their ends."""
    if inches(text, size, bold=bold) <= room:
        return text
    fitting = bisect_right(
        range(2, len(text)), room, key=lambda kept: inches(_ends(text, kept), size, bold=bold)
    )
    return _ends(text, fitting + 1) if fitting else "…"


def _ends(text: str, kept: int) -> str:
    return f"{text[: (kept + 1) // 2]}…{text[-(kept // 2) :]}"


def in_words(name: str) -> str:
    """Write a name so that a sentence with it stays a sentence."""
    return shortened(name, 2.7, PLAIN)


def wrapped(text: str, room: float, size: float = PLAIN) -> list[str]:
    """Break a text into lines of at most `room` inches, between words."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and inches(longer, size) > room:
            lines.append(line)
            longer = word
        line = longer
    return [shortened(line, room, size) for line in [*lines, line]]
