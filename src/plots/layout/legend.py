"""Legend: entries beside the axes in a given order, and labels at the ends of lines."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from fraud.data.arrays import Floats
from plots.layout.canvas import EDGE, GREY, INK, Frame, Style, framed_canvas
from plots.layout.text_size import SMALL, elided, literal, text_width

ENTRY = 0.42  # inches from one entry to the next
SAMPLE = 0.42  # of line before each name
WIDEST = 2.3


class Entry(NamedTuple):
    """One line of the plot: its style, its name, and a detail below the name."""

    style: Style
    name: str
    detail: str


def canvas_with_legend(
    title: str,
    finding: str,
    entries: Sequence[Entry],
    *,
    markers: bool = False,
    strip: float = 0,
) -> tuple[Figure, Axes]:
    """Make a figure with a legend at the right, first entry on top; `strip` inches stay free."""
    widest = (
        max(max(text_width(e.name, bold=True), text_width(e.detail)) for e in entries)
        if entries
        else 0
    )
    width = min(max(widest, 1.2), WIDEST)
    height = max(3.5, len(entries) * ENTRY)
    bottom = Frame().bottom + strip
    frame = Frame(right=EDGE + width + SAMPLE + 0.32, height=height, bottom=bottom)
    figure, axes = framed_canvas(title, finding, frame)
    left, top = frame.width - EDGE - width, frame.bottom + height
    for place, entry in enumerate(entries):
        _write(figure, entry, (left, top - place * ENTRY - 0.11), markers=markers)
    return figure, axes


def _write(figure: Figure, entry: Entry, at: tuple[float, float], *, markers: bool) -> None:
    across, up = at
    figure.add_artist(
        Line2D(
            [across - SAMPLE - 0.08, across - 0.08], [up, up], transform=figure.dpi_scale_trans,
            color=entry.style.colour, ls=entry.style.line, lw=2.2, ms=6.5, mec="white", mew=0.8,
            marker=entry.style.marker if markers else "", markevery=[],
        )
    )  # fmt: skip
    if markers:
        figure.add_artist(
            Line2D(
                [across - SAMPLE / 2 - 0.08], [up], transform=figure.dpi_scale_trans, ls="",
                color=entry.style.colour, marker=entry.style.marker, ms=7, mec="white", mew=0.8,
            )
        )  # fmt: skip
    for text, lower, colour, bold in (
        (entry.name, 0.0, INK, True),
        (entry.detail, 0.16, GREY, False),
    ):
        figure.text(
            across, up - lower, literal(elided(text, WIDEST, bold=bold)), color=colour,
            fontsize=SMALL, fontweight="bold" if bold else "normal", va="center",
            transform=figure.dpi_scale_trans,
        )  # fmt: skip


class LineEnd(NamedTuple):
    """The end of a line at the right of the axes, and its label."""

    height: float
    text: str
    colour: str


def label_line_ends(axes: Axes, ends: Sequence[LineEnd]) -> None:
    """Label lines at their right ends; labels that would overlap are moved apart."""
    low, high = axes.get_ylim()
    tall = axes.bbox.height / axes.figure.dpi
    shares = np.array([(end.height - low) / (high - low) for end in ends])
    for end, share in zip(ends, spread_apart(shares, 0.19 / tall), strict=True):
        axes.annotate(
            literal(end.text), (1, float(share)), (6, 0), xycoords="axes fraction",
            textcoords="offset points", va="center", color=end.colour, fontsize=SMALL,
            fontweight="bold", annotation_clip=False,
        )  # fmt: skip


def spread_apart(shares: Floats, gap: float) -> Floats:
    """Move positions between 0 and 1 as little as leaves `gap` between neighbours."""
    order = np.argsort(shares, kind="stable")
    moved = np.clip(shares[order], 0, 1)
    for place in range(1, len(moved)):
        moved[place] = max(moved[place], moved[place - 1] + gap)
    ceiling = 1.0
    for place in range(len(moved) - 1, -1, -1):
        moved[place] = min(moved[place], ceiling)
        ceiling = moved[place] - gap
    placed = np.empty_like(moved)
    placed[order] = moved
    return placed
