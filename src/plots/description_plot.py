"""Description plot: class balance, time, missing values and different values of a file."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from fraud.data.arrays import Floats
from plots.layout.canvas import BLUE, DPI, GREY, INK, PALE, VERMILION
from plots.layout.text_size import elided, literal

dates: Any = import_module("matplotlib.dates")  # its functions have no types

SIZE = (9.0, 6.4)
BARS = 10
MOST_BINS, ROWS_A_BIN = 60, 40
DAY = 86_400.0
ROLES = {"number", "category", "entity", "id"}


def description_plot(
    name: str,
    columns: pl.DataFrame,
    *,
    labels: Floats | None,
    times: Floats | None,
    has_calendar: bool,
) -> Figure:
    """Draw a file in four panels; a panel without data says why it is empty.

    Args:
        name: The name of the data set.
        columns: One row a column: column, role, missing (share) and distinct.
        labels: 1 for fraud, 0 for others, NaN for unreadable; None while the label is open.
        times: Seconds of each row; None for data without a time.
        has_calendar: Whether the seconds count from 1970.
    """
    figure = Figure(figsize=SIZE, dpi=DPI, facecolor="white")
    figure.text(0.03, 0.955, literal(name), fontsize=13, fontweight="bold", color=INK)
    panels = figure.subplots(
        2, 2,
        gridspec_kw={"left": 0.16, "right": 0.92, "bottom": 0.08, "top": 0.88, "hspace": 0.42,
                     "wspace": 0.5, "width_ratios": (1, 1.25)},
    )  # fmt: skip
    _draw_classes(panels[0, 0], labels)
    _draw_times(panels[0, 1], labels, times, has_calendar=has_calendar)
    _draw_missing(panels[1, 0], columns)
    _draw_distinct(panels[1, 1], columns)
    return figure


def _draw_classes(axes: Axes, labels: Floats | None) -> None:
    if labels is None:
        _say(axes, "Classes", "The label is still a question")
        return
    frauds = int(np.count_nonzero(labels == 1))
    others = int(np.count_nonzero(labels == 0))
    _format(axes, f"Classes: {frauds / max(frauds + others, 1):.2%} fraud")
    bars = axes.barh(["legitimate", "fraud"], [others, frauds], color=[BLUE, VERMILION], height=0.6)
    axes.bar_label(bars, fmt="{:,.0f}", padding=4, fontsize=9, color=INK)
    axes.set_xlim(0, max(others, frauds, 1) * 1.3)
    axes.set_xticks([])


def _draw_times(
    axes: Axes, labels: Floats | None, times: Floats | None, *, has_calendar: bool
) -> None:
    if labels is None or times is None or not np.isfinite(times).any():
        why = (
            "The file describes no time" if labels is not None else "The label is still a question"
        )
        _say(axes, "Time", why)
        return
    known = np.isfinite(times)
    moments, is_fraud = times[known], labels[known] == 1
    counts, edges = np.histogram(moments, int(np.clip(len(moments) // ROWS_A_BIN, 5, MOST_BINS)))
    frauds, _ = np.histogram(moments[is_fraud], edges)
    _format(axes, "Rows over time, and the share of fraud")
    places = _places(edges, has_calendar=has_calendar)
    axes.stairs(counts, places, color=BLUE, fill=True, alpha=0.35)
    axes.set_ylim(0, counts.max() * 1.25)
    axes.tick_params(axis="y", labelsize=8, labelcolor=BLUE)
    share = axes.twinx()
    middles = (places[:-1] + places[1:]) / 2
    shares = np.where(counts > 0, frauds / np.maximum(counts, 1), np.nan)
    share.plot(middles, shares, color=VERMILION, lw=1.3, marker="o", ms=2.2)
    share.yaxis.set_major_formatter(PercentFormatter(1, decimals=None))
    share.set_ylim(0, max(float(np.nanmax(shares)) * 1.15, 1e-6))
    share.spines[["top", "left", "right"]].set_visible(False)
    share.tick_params(axis="y", labelsize=8, labelcolor=VERMILION, length=0)
    if has_calendar:
        locator = dates.AutoDateLocator(maxticks=6)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(6, prune="both"))
        axes.set_xlabel("days since the first", fontsize=8, color=GREY)


def _places(edges: Floats, *, has_calendar: bool) -> Floats:
    if not has_calendar:
        days: Floats = (edges - edges[0]) / DAY
        return days
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    moments = [epoch + timedelta(seconds=float(edge)) for edge in edges]
    return np.array([float(dates.date2num(moment)) for moment in moments])


def _draw_missing(axes: Axes, columns: pl.DataFrame) -> None:
    lacking = columns.filter(pl.col("missing") > 0).sort("missing", descending=True)
    if lacking.is_empty():
        _say(axes, "Missing values", "No value is missing")
        return
    shown = lacking.head(BARS)
    _format(axes, f"Missing values: in {lacking.height} of {columns.height} columns")
    _draw_bars(axes, shown["column"].to_list(), shown["missing"].to_list(), VERMILION)
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set_xlim(0, 1)


def _draw_distinct(axes: Axes, columns: pl.DataFrame) -> None:
    chosen = columns.filter(pl.col("role").is_in(["category", "entity", "id"]))
    if chosen.is_empty():
        _say(axes, "Different values", "No column is a category or an entity")
        return
    shown = chosen.sort("distinct", descending=True).head(BARS)
    _format(axes, "Different values of categories and entities")
    _draw_bars(axes, shown["column"].to_list(), shown["distinct"].to_list(), BLUE)
    axes.set_xscale("log")
    axes.set_xlim(0.8, max(float(shown["distinct"].max() or 1), 10) * 6)  # type: ignore[arg-type]
    for place, count in enumerate(shown["distinct"].to_list()):
        axes.annotate(
            f"{count:,}", (count, place), (4, 0), textcoords="offset points", va="center",
            fontsize=8, color=INK,
        )  # fmt: skip


def _draw_bars(axes: Axes, names: list[str], values: list[float], colour: str) -> None:
    axes.barh(range(len(names)), values, color=colour, height=0.62, zorder=3)
    axes.set_yticks(range(len(names)), [literal(elided(name, 1.3)) for name in names])
    axes.set_ylim(max(len(names), 4) - 0.4, -0.6)


def _format(axes: Axes, title: str) -> None:
    axes.set_title(literal(title), loc="left", fontsize=10, color=INK)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(GREY)
    axes.tick_params(colors=GREY, labelcolor=INK, labelsize=8.5, length=0)
    axes.grid(axis="x", color=PALE, lw=0.8)
    axes.set_axisbelow(True)


def _say(axes: Axes, title: str, why: str) -> None:
    """Say in an otherwise empty panel why it is empty."""
    _format(axes, title)
    axes.set(xticks=[], yticks=[])
    axes.spines["bottom"].set_visible(False)
    axes.text(0, 0.8, literal(why), transform=axes.transAxes, fontsize=9, color=GREY)
