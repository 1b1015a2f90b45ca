"""Input plots: the inputs of a model, column by column and day by day. Data in, a figure out."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from fraud.monitoring.day_metrics import DayMetrics
from fraud.monitoring.inputs.finding import InputFinding
from fraud.monitoring.inputs.summary import INTERVALS, ColumnSummary
from pipeline.inference.input_drift import InputChange
from plots.layout.canvas import (
    BLUE,
    DPI,
    GREY,
    INK,
    PALE,
    VERMILION,
    Frame,
    format_as_percent,
    framed_canvas,
)
from plots.layout.text_size import elided, literal, wrapped

MOST_COLUMNS = 25
STEPS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 1e12)  # thresholds
SHADES = ("#F3F7FA", "#D3E3F0", "#A6C8E2", "#F3C9A0", "#E98B4A", "#C14A00")
ROW = 0.24  # inches
MOST_TEXTS = 6  # of a category in a picture
NAME_WIDTH = 1.6  # inches
WIDE = 30.0  # from where on a range is shown by its logarithm


def input_heat_map(
    findings: Sequence[InputFinding], history: Sequence[DayMetrics], today: DayMetrics
) -> Figure:
    """Draw the change of each column on each day, in thresholds; the worst column on top."""
    shown = findings[:MOST_COLUMNS]
    days = [*history, today.model_copy(update={"input_sizes": _sizes(findings)})]
    ages = [(day.day - today.day).days for day in days]
    grid = np.full((len(shown), 1 - min(ages)), np.nan)
    for day, age in zip(days, ages, strict=True):
        for row, finding in enumerate(shown):
            grid[row, age - 1] = day.input_sizes.get(finding.column, np.nan)
    frame = Frame(left=2.0, height=max(ROW * len(shown), 1.2), width=9.0, bottom=1.0)
    figure, axes = framed_canvas("Inputs", _headline(findings), frame)
    colours = ListedColormap(SHADES).with_extremes(bad=PALE)
    if not shown:
        axes.set_axis_off()
        return figure
    axes.pcolormesh(
        np.arange(min(ages) - 0.5, 1), np.arange(len(shown) + 1) - 0.5, grid,
        cmap=colours, norm=BoundaryNorm(STEPS, len(SHADES)), edgecolors="white", lw=0.8,
    )  # fmt: skip
    axes.set_yticks(range(len(shown)), [_name(finding.column) for finding in shown])
    axes.set(ylim=(len(shown) - 0.5, -0.5), xlabel="Days before today")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(visible=False)
    axes.tick_params(length=0)
    _legend(figure, axes)
    return figure


def input_change_plot(changes: Sequence[InputChange]) -> Figure:
    """Draw what each of a few columns holds today beside what is usual."""
    lines = [wrapped(change.finding.sentence, 8.4) for change in changes]
    tall = 0.5 + sum(2.5 + 0.2 * len(each) for each in lines)
    figure = Figure(figsize=(9.0, tall), dpi=DPI, facecolor="white")
    top = tall - 0.15
    figure.text(
        0.025,
        top / tall,
        "Columns that changed most",
        fontsize=13,
        fontweight="bold",
        color=INK,
        va="top",
    )
    top -= 0.4
    for change, text in zip(changes, lines, strict=True):
        figure.text(
            0.025, top / tall, literal("\n".join(text)), fontsize=10, color=GREY, va="top",
            linespacing=1.3,
        )  # fmt: skip
        top -= 0.2 * len(text) + 0.15
        axes = figure.add_axes((0.1, (top - 1.8) / tall, 0.86, 1.8 / tall))
        draw = _draw_shares if change.today.kind == "category" else _draw_distribution
        draw(axes, change)
        top -= 2.35
    return figure


def _draw_shares(axes: Axes, change: InputChange) -> None:
    usual = change.usual.training or _together(change.usual.days)
    counts = {
        "usual": {} if usual is None else _counts(usual),
        "today": _counts(change.today),
    }
    usually = sorted(counts["usual"], key=lambda text: -counts["usual"][text])[:MOST_TEXTS]
    new = sorted(counts["today"].keys() - usually, key=lambda text: -counts["today"][text])
    texts = [*usually, *new[:MOST_TEXTS]]
    for place, (name, colour) in enumerate((("usual", BLUE), ("today", VERMILION))):
        heights = [counts[name].get(text, 0.0) for text in texts]
        axes.bar(np.arange(len(texts)) + (place - 0.5) * 0.38, heights, 0.36, color=colour)
    axes.set_xticks(range(len(texts)), [_name(text) for text in texts])
    axes.set(ylim=(0, 1.05))
    axes.grid(visible=False, axis="x")
    _finish(axes, "Transactions")


def _draw_distribution(axes: Axes, change: InputChange) -> None:
    steps = np.linspace(0, 1, INTERVALS + 1)
    usual = change.usual.quantiles
    values = np.concatenate([usual, np.array(change.today.quantiles)])
    for cuts, colour in ((usual, BLUE), (change.today.quantiles, VERMILION)):
        if len(cuts):
            axes.plot(cuts, steps, color=colour, lw=2.2)
    positive = values[values > 0]
    if len(positive) == len(values) and len(values) and values.max() > WIDE * values.min():
        axes.set_xscale("log")
    axes.set(ylim=(0, 1.02))
    _finish(axes, "At most this value")


def _finish(axes: Axes, label: str) -> None:
    axes.set_ylabel(label, fontsize=9)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GREY)
    axes.tick_params(which="both", colors=GREY, labelcolor=INK, labelsize=9)
    axes.grid(color=PALE, lw=0.8, axis="y")
    axes.set_axisbelow(True)
    format_as_percent(axes.yaxis)
    for place, (name, colour) in enumerate((("usual", BLUE), ("today", VERMILION))):
        axes.text(
            0.99 - 0.08 * (1 - place), 1.02, name, color=colour, fontsize=9, fontweight="bold",
            transform=axes.transAxes, ha="right", va="bottom",
        )  # fmt: skip


def _counts(summary: ColumnSummary) -> dict[str, float]:
    rows = max(summary.rows, 1)
    unknown = {f"{text} (unknown)": count for text, count in summary.unknown_texts.items()}
    missing = {"(missing)": summary.missing} if summary.missing else {}
    return {text: count / rows for text, count in {**summary.texts, **unknown, **missing}.items()}


def _together(days: Sequence[ColumnSummary]) -> ColumnSummary | None:
    if not days:
        return None
    texts = {
        text: sum(day.texts.get(text, 0) for day in days) for day in days for text in day.texts
    }
    return days[-1].model_copy(
        update={
            "rows": sum(day.rows for day in days),
            "missing": sum(day.missing for day in days),
            "texts": texts,
        }
    )


def _legend(figure: Figure, axes: Axes) -> None:
    box = axes.get_position()
    tall = figure.get_size_inches()[1]
    strip = figure.add_axes((box.x0, 0.34 / tall, box.width * 0.55, 0.11 / tall))
    strip.imshow([range(len(SHADES))], cmap=ListedColormap(SHADES), aspect="auto")
    strip.set_yticks([])
    strip.set_xticks(
        np.arange(len(SHADES)) - 0.5, ["0", "¼", "½", "1: drift begins", "2", "4"], fontsize=8.5,
        color=INK,
    )  # fmt: skip
    strip.tick_params(length=0)
    strip.spines[:].set_visible(False)
    strip.text(
        1.04, 0.5, "change, in thresholds; grey: nothing to compare", transform=strip.transAxes,
        fontsize=8.5, color=GREY, va="center",
    )  # fmt: skip


def _headline(findings: Sequence[InputFinding]) -> str:
    if not findings:
        return "Nothing was counted of what the model was given"
    drifted = [finding for finding in findings if finding.verdict == "drift"]
    unsure = sum(finding.verdict == "not_enough_history" for finding in findings)
    lacking = f", {unsure} have nothing to be compared with" if unsure else ""
    text = f"{len(drifted)} of {len(findings)} columns are not as usual{lacking}"
    more = f"; the {MOST_COLUMNS} most changed are shown" if len(findings) > MOST_COLUMNS else ""
    worst = f": {drifted[0].sentence}" if drifted else ""
    return f"{text}{more}{worst}"


def _sizes(findings: Sequence[InputFinding]) -> dict[str, float]:
    return {each.column: each.size for each in findings if each.size is not None}


def _name(name: str) -> str:
    return literal(elided(name, NAME_WIDTH))
