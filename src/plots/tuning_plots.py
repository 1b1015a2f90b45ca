"""Tuning plots: history, confirmation, threshold and calibration of a search."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from foundation.wording import counted
from fraud.data.arrays import Floats, Labels
from fraud.metrics.estimates import Estimate
from fraud.metrics.formatting import interval
from fraud.metrics.names import metric_title
from plots.calibration_lines import draw_calibration, format_calibration_axes
from plots.evaluation_plots import (
    SCORE_TICK_NAMES,
    SCORE_TICKS,
    score_bins,
    score_position,
)
from plots.layout.canvas import (
    BLUE,
    INK,
    STYLES,
    VERMILION,
    Frame,
    Style,
    add_strip,
    format_as_percent,
    framed_canvas,
    styles,
)
from plots.layout.labels import digits, short_number
from plots.layout.legend import Entry, LineEnd, canvas_with_legend, label_line_ends
from plots.layout.row_plot import Row, draw_interval, rows_canvas
from plots.layout.text_size import SMALL, in_sentence
from plots.trials import Trials

FRAME_ABOVE_STRIP = Frame(right=1.05, height=2.9, bottom=2.25)


def search_history_plot(
    values: Sequence[float | None],
    states: Sequence[str],
    algorithms: Sequence[str],
    *,
    metric: str = "average_precision",
    smaller_is_better: bool = False,
) -> Figure:
    """Draw the value of each trial by number, pruned ones hollow, and the best so far as a line."""
    trials = Trials.of(values, states, algorithms, sign=-1 if smaller_is_better else 1)
    drawn, numbers = styles(dict.fromkeys(algorithms)), np.arange(len(values))
    entries = [Entry(drawn[name], name, trials.detail(name)) for name in trials.ranked()]
    figure, axes = canvas_with_legend("Search", trials.finding(states), entries, markers=True)
    low, high = trials.value_limits()
    for name, style in drawn.items():
        for chosen, face in ((trials.complete, style.colour), (~trials.complete, "none")):
            some = chosen & (trials.algorithms == name) & np.isfinite(trials.values)
            axes.plot(
                numbers[some], np.clip(trials.values[some], low, high), style.marker, ms=5.5,
                color=style.colour, mfc=face, mew=1, alpha=0.8 if face != "none" else 0.45,
                clip_on=False, label=name if face != "none" else f"{name}: not finished",
            )  # fmt: skip
    axes.step(numbers, trials.best_so_far(), where="post", color=INK, lw=1.6, label="best so far")
    axes.set(xlim=(-0.5, max(len(values), 2) - 0.5), ylim=(low, high))
    axes.set(
        xlabel="Trial (line: best so far; hollow: pruned or failed)", ylabel=metric_title(metric)
    )
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.ticklabel_format(axis="y", useOffset=False)
    return figure


def confirmation_plot(
    search: Mapping[str, float],
    confirmed: Mapping[str, Estimate],
    *,
    taken: str | None = None,
    metric: str = "average_precision",
    smaller_is_better: bool = False,
) -> Figure:
    """Draw the score of each candidate in the search, and on fresh folds.

    A candidate that was not in the search is drawn as it was confirmed; one that was `taken` though
    another leads is named.
    """
    ranked = sorted(confirmed, key=lambda n: confirmed[n].value, reverse=not smaller_is_better)
    decimals = digits(confirmed.values())
    promises = {name: f"{value:.{decimals}f} → " for name, value in search.items()}
    rows = [
        Row(name, f"{promises.get(name, '')}{interval(confirmed[name], decimals)}")
        for name in ranked
    ]
    searched = [name for name in ranked if name in search]
    promised = sorted(searched, key=lambda n: search[n], reverse=not smaller_is_better)[0]
    outcome = _outcome(promised, ranked[0], search, confirmed)
    if taken not in (None, ranked[0]):
        outcome = f"{outcome}; {in_sentence(taken)} was taken"
    figure, axes = rows_canvas("The best of many is lucky", outcome, rows)
    for position, name in enumerate(ranked):
        draw_interval(axes, position, confirmed[name], colour=BLUE, sure=True)
        if name not in search:
            continue
        axes.annotate(
            "", (confirmed[name].value, position), (search[name], position), zorder=4,
            arrowprops={"arrowstyle": "-", "color": VERMILION, "lw": 1.4, "ls": ":"},
        )  # fmt: skip
        axes.plot(
            [search[name]], [position], "D", mfc="none", mec=VERMILION, mew=1.8, ms=7, zorder=6,
            label=f"{name}: search",
        )  # fmt: skip
    axes.set(
        xlabel=f"{metric_title(metric)}: in the search (◇), confirmed with its 95 % interval (●)"
    )
    axes.ticklabel_format(axis="x", useOffset=False)
    return figure


def _outcome(
    promised: str, leader: str, search: Mapping[str, float], confirmed: Mapping[str, Estimate]
) -> str:
    decimals = digits(confirmed.values())
    detail = {name: interval(confirmed[name], decimals) for name in (promised, leader)}
    first = (
        f"{in_sentence(promised)} won the search with {search[promised]:.{decimals}f}; confirmed, "
    )
    if promised == leader:
        return f"{first}it still leads: {detail[leader]}"
    return f"{first}{in_sentence(leader)} leads: {detail[leader]}"


def threshold_plot(
    thresholds: Floats,
    precision: Floats,
    recall: Floats,
    *,
    cost_per_1000: Floats | None = None,
    chosen: float,
    rule: str,
) -> Figure:
    """Draw precision and recall of every threshold, and the one that a rule chose.

    Where there is a cost, it is drawn in a strip below.
    """
    order = np.argsort(thresholds, kind="stable")
    # A score at or above the threshold is an alert: a step holds down to the next lower score.
    at = min(int(np.searchsorted(thresholds[order], chosen)), len(order) - 1)
    given = {"precision": precision, "recall": recall}
    if cost_per_1000 is not None:
        given["cost"] = cost_per_1000
    heights = {name: values[order] for name, values in given.items()}
    lines = [
        ThresholdCurve(name, of, (chosen, float(of[at])), style)
        for (name, of), style in zip(heights.items(), STYLES, strict=False)
    ]
    frame = Frame(right=1.05) if cost_per_1000 is None else FRAME_ABOVE_STRIP
    figure, main = framed_canvas("Threshold", _choice(rule, lines), frame)
    positions, lowest = score_position(thresholds[order]), main
    if cost_per_1000 is not None:
        lowest = add_strip(figure, main)
        # To flag everything may cost a hundred times as much as to flag nothing: cut that end off.
        top = 1.5 * max(float(heights["cost"][-1]), lines[2].at[1]) or 1.0
        lowest.set(ylim=(0, top), ylabel="Cost per 1,000")
        _draw_lines(lowest, positions, lines[2:])
    main.set(ylim=(0, 1.03), ylabel="Share")
    _draw_lines(main, positions, lines[:2])
    _mark_threshold(main, chosen)
    format_as_percent(main.yaxis)
    lowest.set_xticks(score_position(SCORE_TICKS), SCORE_TICK_NAMES)
    lowest.set(xlim=_reach(thresholds, chosen), xlabel="Threshold (log-odds scale)")
    return figure


def _reach(thresholds: Floats, chosen: float) -> tuple[float, float]:
    """Return limits for all thresholds, so that lines end at their labels, and two ticks fit."""
    positions = score_position(np.append(thresholds, chosen))
    low, high = float(positions.min()), float(positions.max())
    short = max(0.0, 5 - (high - low)) / 2
    return low - short - 0.2, high + short + 0.2


class ThresholdCurve(NamedTuple):
    """One curve over thresholds, and (threshold, value) of the chosen one."""

    name: str
    heights: Floats
    at: tuple[float, float]
    style: Style


def _choice(rule: str, lines: Sequence[ThresholdCurve]) -> str:
    (chosen, precision), (_, recall), *costs = (line.at for line in lines)
    priced = [f", cost {short_number(cost)} per 1,000 transactions" for _, cost in costs]
    return (
        f"{rule[:1].upper()}{rule[1:]} chooses {chosen:.3g}: precision {precision:.1%}, recall "
        f"{recall:.1%}{''.join(priced)}"
    )


def _draw_lines(axes: Axes, positions: Floats, lines: Sequence[ThresholdCurve]) -> None:
    ends = []
    for name, heights, (chosen, height), style in lines:
        axes.step(
            positions, heights, where="pre", color=style.colour, ls=style.line, lw=2, label=name
        )
        at = float(score_position(np.array(chosen)))
        axes.plot([at], [height], style.marker, color=style.colour, ms=8, mec="white", zorder=6)
        axes.axvline(at, color=INK, lw=1.2, zorder=2)
        ends.append(LineEnd(float(heights[-1]), name, style.colour))
    label_line_ends(axes, ends)


def _mark_threshold(axes: Axes, chosen: float) -> None:
    left = chosen > 0.5
    axes.annotate(
        f"chosen: {chosen:.3g}", (float(score_position(np.array(chosen))), 1),
        (0, 3), xycoords=("data", "axes fraction"), textcoords="offset points", color=INK,
        fontsize=SMALL, ha="right" if left else "left", annotation_clip=False,
    )  # fmt: skip


def calibration_before_after_plot(labels: Labels, before: Floats, after: Floats) -> Figure:
    """Draw the share of fraud against the mean score, before and after calibration."""
    drawn = {"before": (before, STYLES[1]), "after": (after, STYLES[0])}
    entries = [
        Entry(style, name, f"Brier score {np.mean((scores - labels) ** 2):.3g}")
        for name, (scores, style) in drawn.items()
    ]
    finding = (
        f"{before.sum():,.0f} frauds were promised before, {after.sum():,.0f} after; in truth "
        f"{counted(int(labels.sum()), 'fraud')}"
    )
    figure, axes = canvas_with_legend(
        "Calibration, before and after", finding, entries, markers=True
    )
    for name, (scores, style) in drawn.items():
        draw_calibration(axes, score_bins(labels, scores), style, name, intervals=True)
    format_calibration_axes(axes)
    return figure
