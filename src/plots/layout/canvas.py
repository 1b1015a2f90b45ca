"""Canvas: palette, sizes and titles that all plots share, and figures as PNG."""

import io
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from plots.layout.text_size import LARGE, PLAIN, literal, text_width, wrapped

# Okabe and Ito's palette: distinct for colour-blind readers, and by lightness when printed grey.
BLUE, VERMILION, INK, GREY, PALE = "#0072B2", "#D55E00", "#222222", "#6B6B6B", "#E4E4E4"
GREEN, PURPLE, ORANGE, SKY = "#009E73", "#CC79A7", "#E69F00", "#56B4E9"
OLIVE = "#7A6A00"  # instead of their yellow, which is faint on white paper
DASHES = (0, (4, 3))
SIZE = (7.2, 4.6)
# Fixed: finding margins that fit would take as long as drawing.
MARGINS = {"left": 0.115, "right": 0.965, "bottom": 0.11, "top": 0.875}
DPI = 144  # shown at half of it, for sharp screens
EDGE = 0.22  # inches around everything on a framed canvas


class Style(NamedTuple):
    """The style of one of several models: each of its three parts alone identifies it."""

    colour: str
    line: str | tuple[int, tuple[float, ...]]
    marker: str


STYLES = (
    Style(BLUE, "-", "o"),
    Style(VERMILION, (0, (6, 1.6)), "s"),
    Style(GREEN, (0, (2.4, 1.2)), "^"),
    Style(PURPLE, (0, (6, 1.4, 1.2, 1.4)), "D"),
    Style(ORANGE, (0, (1.1, 1.1)), "v"),
    Style(INK, (0, (9, 2.4)), "<"),
    Style(SKY, (0, (6, 1.4, 1.2, 1.4, 1.2, 1.4)), ">"),
    Style(OLIVE, (0, (3.2, 1.4, 1.1, 1.4)), "p"),
)


def styles(names: Iterable[str]) -> dict[str, Style]:
    """Return a style for each name, in order; after eight they repeat."""
    return {name: STYLES[position % len(STYLES)] for position, name in enumerate(names)}


class Frame(NamedTuple):
    """Inches: the width of a figure, the height of its axes, and the margins."""

    left: float = 0.85
    right: float = EDGE
    height: float = 3.5
    width: float = 9.0
    bottom: float = 0.6


def canvas(title: str, finding: str) -> tuple[Figure, Axes]:
    """Make a figure with a title and, below it, a sentence with the finding."""
    figure = Figure(figsize=SIZE, dpi=DPI, facecolor="white")
    axes = figure.subplots(gridspec_kw=MARGINS)
    _format_axes(axes)
    _draw_title(axes, title, finding)
    return figure, axes


def canvas_with_strip(title: str, finding: str) -> tuple[Figure, Axes, Axes]:
    """Make a figure with a low panel under the main one, on the same horizontal axis."""
    figure = Figure(figsize=(SIZE[0], SIZE[1] * 1.2), dpi=DPI, facecolor="white")
    grid = {"height_ratios": (3, 1), "hspace": 0.08, **MARGINS}
    main, strip = figure.subplots(2, 1, sharex=True, gridspec_kw=grid)
    for axes in (main, strip):
        _format_axes(axes)
    _draw_title(main, title, finding)
    return figure, main, strip


def framed_canvas(title: str, finding: str, frame: Frame) -> tuple[Figure, Axes]:
    """Make a figure with wide margins, and a title at its left edge."""
    lines = wrapped(finding, frame.width - 2 * EDGE)
    tall = frame.bottom + frame.height + 0.66 + 0.2 * len(lines)
    figure = Figure(figsize=(frame.width, tall), dpi=DPI, facecolor="white")
    wide = frame.width - frame.left - frame.right
    axes = figure.add_axes(
        (frame.left / frame.width, frame.bottom / tall, wide / frame.width, frame.height / tall)
    )
    _format_axes(axes)
    for text, down, size, weight, colour in (
        (literal(title), 0.14, LARGE, "bold", INK),
        (literal("\n".join(lines)), 0.42, PLAIN, "normal", GREY),
    ):
        figure.text(
            EDGE / frame.width, 1 - down / tall, text, fontsize=size, fontweight=weight,
            color=colour, va="top", linespacing=1.3,
        )  # fmt: skip
    return figure, axes


def add_strip(figure: Figure, main: Axes) -> Axes:
    """Add a low panel on the same horizontal axis, in the bottom margin of a frame."""
    box, tall = main.get_position(), figure.get_size_inches()[1]
    low = Frame().bottom / tall
    position = (box.x0, low, box.width, box.y0 - low - 0.12 / tall)
    strip = figure.add_axes(position, sharex=main)
    _format_axes(strip)
    main.tick_params(axis="x", which="both", labelbottom=False)
    return strip


def mark(axes: Axes, point: tuple[float, float], text: str, *, right: bool = False) -> None:
    """Mark a point of a curve, with a label below it, to its left or right.

    Where the label has no room there within the axes, whose limits have to be set before, it is on
    the other side of the point.
    """
    axes.plot(*point, "o", color=VERMILION, ms=8, mec="white", mew=1.2, zorder=6, clip_on=False)
    across, up = axes.transAxes.inverted().transform(axes.transData.transform(point))
    lines = text.splitlines()
    wide, tall = np.array([max(map(text_width, lines)) + 0.15, 0.17 * len(lines) + 0.12]) / (
        np.array(axes.bbox.size) / axes.figure.dpi
    )
    right = across + wide <= 1 if right else across < wide
    above = up < tall
    axes.annotate(
        text, point, (10 if right else -10, 8 if above else -8), textcoords="offset points",
        ha="left" if right else "right", va="bottom" if above else "top", fontsize=9,
        color=INK, linespacing=1.35, zorder=7,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1},
    )  # fmt: skip


def note(axes: Axes, position: tuple[float, float], text: str, *, left: bool = False) -> None:
    axes.text(*position, text, color=GREY, fontsize=9, ha="right" if left else "left")


def format_as_percent(*directions: Axis) -> None:
    for axis in directions:
        axis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.3g}%"))
        axis.set_minor_formatter(NullFormatter())


def png(figure: Figure) -> bytes:
    written = io.BytesIO()
    # Without the version that matplotlib writes into it, equal figures are equal bytes.
    figure.savefig(written, format="png", dpi=DPI, metadata={"Software": None})
    return written.getvalue()


def _format_axes(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GREY)
    axes.tick_params(which="both", colors=GREY, labelcolor=INK, labelsize=9)
    axes.grid(color=PALE, lw=0.8)
    axes.set_axisbelow(True)


def _draw_title(axes: Axes, title: str, finding: str) -> None:
    axes.set_title(f"{title}\n", loc="left", fontsize=13, fontweight="bold", color=INK)
    axes.annotate(
        finding, (0, 1), (0, 8), xycoords="axes fraction", textcoords="offset points",
        color=GREY, fontsize=10.5,
    )  # fmt: skip
