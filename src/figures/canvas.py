"""Plot canvas: the look that all plots of the pipeline share, and their bytes."""

import io

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, PercentFormatter

# Okabe and Ito's palette: told apart by colour-blind readers, and by lightness when printed grey.
BLUE, VERMILION, INK, GREY, PALE = "#0072B2", "#D55E00", "#222222", "#6B6B6B", "#E4E4E4"
DASHES = (0, (4, 3))
SIZE = (7.2, 4.6)
# Fixed: finding margins that fit would take as long as drawing.
MARGINS = {"left": 0.115, "right": 0.965, "bottom": 0.11, "top": 0.875}
DPI = 144  # shown at half of it, for sharp screens


def canvas(title: str, finding: str) -> tuple[Figure, Axes]:
    """Make a figure under a title and, in a sentence, what it says."""
    figure = Figure(figsize=SIZE, dpi=DPI, facecolor="white")
    axes = figure.subplots(gridspec_kw=MARGINS)
    _dress(axes)
    _head(axes, title, finding)
    return figure, axes


def canvas_with_strip(title: str, finding: str) -> tuple[Figure, Axes, Axes]:
    """Make a figure with a low panel under the main one, on the same horizontal axis."""
    figure = Figure(figsize=(SIZE[0], SIZE[1] * 1.2), dpi=DPI, facecolor="white")
    grid = {"height_ratios": (3, 1), "hspace": 0.08, **MARGINS}
    main, strip = figure.subplots(2, 1, sharex=True, gridspec_kw=grid)
    for axes in (main, strip):
        _dress(axes)
    _head(main, title, finding)
    return figure, main, strip


def mark(axes: Axes, point: tuple[float, float], text: str, *, right: bool = False) -> None:
    """Mark a point of a curve, and say below it, to its left or right, what it is."""
    axes.plot(*point, "o", color=VERMILION, ms=8, mec="white", mew=1.2, zorder=6)
    axes.annotate(
        text, point, (10 if right else -10, -8), textcoords="offset points", color=INK,
        ha="left" if right else "right", va="top", fontsize=9, linespacing=1.35,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1},
    )  # fmt: skip


def note(axes: Axes, place: tuple[float, float], text: str) -> None:
    axes.text(*place, text, color=GREY, fontsize=9)


def as_percent(*directions: Axis) -> None:
    for axis in directions:
        axis.set_major_formatter(PercentFormatter(1, decimals=0))
        axis.set_minor_formatter(NullFormatter())


def png(figure: Figure) -> bytes:
    written = io.BytesIO()
    # Without the version that matplotlib writes into it, equal figures are equal bytes.
    figure.savefig(written, format="png", dpi=DPI, metadata={"Software": None})
    return written.getvalue()


def _dress(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GREY)
    axes.tick_params(which="both", colors=GREY, labelcolor=INK, labelsize=9)
    axes.grid(color=PALE, lw=0.8)
    axes.set_axisbelow(True)


def _head(axes: Axes, title: str, finding: str) -> None:
    axes.set_title(f"{title}\n", loc="left", fontsize=13, fontweight="bold", color=INK)
    axes.annotate(
        finding, (0, 1), (0, 8), xycoords="axes fraction", textcoords="offset points",
        color=GREY, fontsize=10.5,
    )  # fmt: skip
