"""Text size: the width of a text, and texts shortened or wrapped to a width."""

from bisect import bisect_right
from functools import lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

SMALL, PLAIN, LARGE = 9.0, 10.5, 13.0  # points


@lru_cache(maxsize=4096)
def text_width(text: str, size: float = SMALL, *, bold: bool = False) -> float:
    """Return the width of a line of text, in inches."""
    if not text.strip():
        return 0.0
    font = FontProperties(size=size, weight="bold" if bold else "normal")
    # The points of an outline reach as far as its curves, whose extents take seven times as long.
    return float(TextPath((0, 0), literal(text), prop=font).vertices[:, 0].max()) / 72


def literal(text: str) -> str:
    """Escape dollar signs: two of them would delimit a formula."""
    return text.replace("$", r"\$")


def elided(text: str, width: float, size: float = SMALL, *, bold: bool = False) -> str:
    """Cut the middle out of a text wider than `width` inches: names differ at their ends."""
    if text_width(text, size, bold=bold) <= width:
        return text
    fitting = bisect_right(
        range(2, len(text)), width, key=lambda kept: text_width(_ends(text, kept), size, bold=bold)
    )
    return _ends(text, fitting + 1) if fitting else "…"


def _ends(text: str, kept: int) -> str:
    return f"{text[: (kept + 1) // 2]}…{text[-(kept // 2) :]}"


def in_sentence(name: str) -> str:
    """Return a name in a form that fits into a sentence."""
    return elided(name, 2.7, PLAIN)


def wrapped(text: str, width: float, size: float = PLAIN) -> list[str]:
    """Break a text into lines of at most `width` inches, between words."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and text_width(longer, size) > width:
            lines.append(line)
            longer = word
        line = longer
    return [elided(line, width, size) for line in [*lines, line]]
