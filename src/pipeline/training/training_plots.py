"""Training plots: the learning curves and the permutation importances of a model."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from foundation.wording import counted
from fraud.metrics.names import metric_name, metric_title
from plots.layout.canvas import BLUE, VERMILION, Frame, framed_canvas, styles
from plots.layout.legend import Entry, canvas_with_legend
from plots.layout.row_plot import Row, draw_bars, rows_canvas
from plots.layout.text_size import in_sentence

Curve = Sequence[float]
LABEL, NAME = metric_title("average_precision"), metric_name("average_precision")


def learning_curve_plots(
    curves: Mapping[str, Sequence[Curve]], *, kept: Sequence[int | None]
) -> list[Figure]:
    """Draw a figure for each algorithm that reports its rounds, with a curve for each bag.

    `kept` has the round of each bag that early stopping kept, None where it is not known. Empty for
    algorithms that are fitted in one piece.
    """
    return [
        _one_curve(name, bags[0], kept[0] if len(curves) == 1 and kept else None)
        if len(bags) == 1
        else _curves_of_bags(name, bags, kept if len(curves) == 1 else ())
        for name, bags in curves.items()
    ]


def importance_plot(importances: Mapping[str, float], *, rows: str, shown: int = 15) -> Figure:
    """Draw the average precision lost on `rows` when a column is shuffled, largest on top."""
    largest = dict(sorted(importances.items(), key=lambda item: -item[1])[:shown])
    first = next(iter(largest))
    figure, axes = rows_canvas(
        "What the model relies on",
        f"Without {in_sentence(first)} it loses most, {largest[first]:.3f} of {NAME} on "
        f"{rows}; columns that tell the same stand in for each other",
        [Row(name, f"{loss:.3f}") for name, loss in largest.items()],
    )
    draw_bars(axes, list(largest.values()), start=0, limit=None)
    axes.set(xlabel=f"{LABEL} lost when the column is shuffled")
    return figure


def _one_curve(name: str, values: Curve, kept: int | None) -> Figure:
    figure, axes = framed_canvas(
        f"Learning curve of {name}",
        f"{LABEL} on validation after each of {counted(len(values), 'iteration')}, "
        f"{_ended(values, kept)}",
        Frame(),
    )
    _draw(axes, values, colour=BLUE, line="-")
    if kept is not None and 0 < kept <= len(values):
        _mark(axes, kept, values)
    _label(axes, [values])
    return figure


def _curves_of_bags(name: str, bags: Sequence[Curve], kept: Sequence[int | None]) -> Figure:
    rounds = dict(zip_longest(range(len(bags)), kept[: len(bags)]))
    style = styles(f"bag {number + 1}" for number in rounds)
    entries = [
        Entry(look, of, _ended(bags[number], rounds[number]))
        for number, (of, look) in enumerate(style.items())
    ]
    figure, axes = canvas_with_legend(
        f"Learning curves of {name}",
        f"{LABEL} of each of {counted(len(bags), 'bag')} on the rows that it was fitted "
        "without, after each iteration",
        entries,
    )
    for number, look in enumerate(style.values()):
        values, best = bags[number], rounds[number]
        _draw(axes, values, colour=look.colour, line=look.line)
        if best is not None and 0 < best <= len(values):
            _mark(axes, best, values)
    _label(axes, bags)
    return figure


def _ended(values: Curve, kept: int | None) -> str:
    if not values:
        return "no iteration"
    if kept is None or not 0 < kept <= len(values):
        return f"{values[-1]:.3f} after {len(values)}"
    return f"kept {kept}: {values[kept - 1]:.3f}"


def _draw(axes: Axes, values: Curve, *, colour: str, line: object) -> None:
    alone = "o" if len(values) == 1 else ""
    axes.plot(np.arange(1, len(values) + 1), values, color=colour, ls=line, lw=1.8, marker=alone)


def _mark(axes: Axes, kept: int, values: Curve) -> None:
    axes.plot(kept, values[kept - 1], "o", color=VERMILION, ms=7, mec="white", zorder=6)


def _label(axes: Axes, curves: Sequence[Curve]) -> None:
    longest = max(map(len, curves))
    axes.set(xlabel="Iteration", ylabel=LABEL, xlim=(0, longest * 1.02 + 1))
