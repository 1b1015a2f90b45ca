"""Row plots: one row a thing, its name at the left and its numbers at the right."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from fraud.metrics.estimates import Estimate
from plots.layout.canvas import BLUE, EDGE, GREY, INK, VERMILION, Frame, framed_canvas
from plots.layout.text_size import SMALL, elided, literal, text_width

ROW = 0.31  # inches
WIDEST_NAME = 2.7


class Row(NamedTuple):
    """One row: its name, and two columns of text at its right."""

    name: str
    aside: str = ""
    verdict: str = ""
    strong: bool = False


def rows_canvas(
    title: str, finding: str, rows: Sequence[Row], *, row_height: float = ROW
) -> tuple[Figure, Axes]:
    """Make a figure whose height fits its rows; row 0 is on top, at height 0 of the axes."""
    names = [literal(elided(row.name, WIDEST_NAME, bold=row.strong)) for row in rows]
    widest = max((text_width(r.name, bold=r.strong) for r in rows), default=0)
    asides = max((text_width(row.aside, bold=row.strong) for row in rows), default=0) + 0.14
    verdicts = max((text_width(row.verdict, bold=row.strong) for row in rows), default=0)
    frame = Frame(
        left=EDGE + max(min(widest, WIDEST_NAME), 0.6) + 0.2,
        right=EDGE + asides + (verdicts + 0.18 if verdicts else 0),
        height=max(len(rows), 2) * row_height + 0.1,
    )
    figure, axes = framed_canvas(title, finding, frame)
    axes.set_yticks(range(len(rows)), names)
    axes.set(ylim=(max(len(rows), 2) - 0.4, -0.6))
    axes.tick_params(axis="y", length=0, pad=9)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    power = axes.xaxis.get_offset_text()  # "1e9": beside the numbers, not on what they are
    power.set(x=1.06, ha="left", va="bottom", fontsize=SMALL, color=GREY)
    axes.xaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 2.5, 5, 10]))
    for number, (row, name) in enumerate(zip(rows, axes.get_yticklabels(), strict=True)):
        weight = "bold" if row.strong else "normal"
        name.set_fontweight(weight)
        for text, offset in ((row.aside, 0.14), (row.verdict, asides + 0.18)):
            axes.annotate(
                literal(text), (1, number), (72 * offset, 0), xycoords=("axes fraction", "data"),
                textcoords="offset points", va="center", color=INK, fontsize=SMALL,
                fontweight=weight, annotation_clip=False,
            )  # fmt: skip
    return figure, axes


def draw_interval(
    axes: Axes, number: float, estimate: Estimate, *, colour: str, sure: bool
) -> None:
    """Draw a value as a point on its interval, hollow if it is uncertain."""
    axes.hlines(number, estimate.low, estimate.high, color=colour, lw=2.4, alpha=0.55, zorder=3)
    axes.plot(
        [estimate.value], [number], "o", color=colour if sure else "white", mec=colour, mew=1.8,
        ms=7.5, zorder=5, clip_on=False,
    )  # fmt: skip


def draw_bars(axes: Axes, values: Sequence[float], *, start: float, limit: float | None) -> None:
    """Draw a bar a row from `start`; bars that reach the limit are highlighted."""
    reached = [limit is not None and value >= limit for value in values]
    colours = [VERMILION if over else BLUE for over in reached]
    axes.barh(
        range(len(values)), np.array(values) - start, left=start, color=colours, height=0.62,
        zorder=3,
    )  # fmt: skip


def draw_limit(axes: Axes, value: float, text: str) -> None:
    """Draw a line that rows should not reach, with a label on top."""
    axes.axvline(value, color=INK, lw=1.2, ls=(0, (4, 3)), zorder=4)
    axes.annotate(
        literal(elided(text, 1.8)), (value, 1), (0, 3), xycoords=("data", "axes fraction"),
        textcoords="offset points", ha="center", va="bottom", color=GREY, fontsize=SMALL,
    )  # fmt: skip
