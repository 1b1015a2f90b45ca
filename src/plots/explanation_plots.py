"""Explanation plots: SHAP values of many transactions, and of a single one."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure

from foundation.wording import counted
from fraud.data.arrays import Floats
from plots.layout.canvas import BLUE, DASHES, EDGE, GREY, INK, VERMILION
from plots.layout.labels import decimals_for, joined_names, short_number, signed
from plots.layout.row_plot import Row, rows_canvas
from plots.layout.text_size import SMALL, in_sentence

# From low to high; its middle is darker than paper, and red and green do not meet.
LOW_TO_HIGH = LinearSegmentedColormap.from_list("low_to_high", [BLUE, "#BDBDBD", VERMILION])
SWARM_ROW, SWARM_WIDTH = 0.36, 0.42  # inches of a row; half the height of a swarm, in rows
BINS = 150  # of the horizontal axis; dots of one bin are stacked


def importance_beeswarm(
    columns: Sequence[str], values: Floats, data: Floats, *, unit: str, shown: int = 15
) -> Figure:
    """Draw a dot for each transaction and column: its effect on the score, coloured by value."""
    strengths = np.abs(values).mean(axis=0) if len(values) else np.zeros(len(columns))
    ranked = np.argsort(-strengths, kind="stable")[:shown]
    decimals = decimals_for(strengths.tolist())
    rows = [Row(columns[at], f"{strengths[at]:,.{decimals}f}") for at in ranked]
    finding = (
        f"{in_sentence(columns[ranked[0]])} moves scores most: by {rows[0].aside} {unit}, "
        f"on average of {counted(len(values), 'transaction')}"
    )
    figure, axes = rows_canvas("What moves the score", finding, rows, row_height=SWARM_ROW)
    axes.axvline(0, color=GREY, lw=1.2)
    edges = np.linspace(*_reach(values[:, ranked]), BINS + 1)
    for position, at in enumerate(ranked):
        axes.scatter(
            values[:, at], position + swarm(values[:, at], edges), s=9, lw=0, zorder=3,
            c=colours(data[:, at], LOW_TO_HIGH), label=columns[at],
        )  # fmt: skip
    axes.set(xlabel=f"Moves the score by, in {unit} (right: towards fraud; numbers: mean size)")
    _draw_scale(figure)
    return figure


def _reach(values: Floats) -> tuple[float, float]:
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def swarm(values: Floats, edges: Floats) -> Floats:
    """Stack the dots of one bin of the axis alternately up and down, so that density is visible."""
    piece = np.clip(np.searchsorted(edges, values, side="right"), 1, len(edges) - 1)
    order = np.argsort(piece, kind="stable")
    starts = np.searchsorted(piece[order], piece[order], side="left")
    turn = np.arange(len(values)) - starts  # 0, 1, 2, … within each piece
    steps = np.where(turn % 2 == 1, 1, -1) * ((turn + 1) // 2)
    highest = int(np.abs(steps).max(initial=0))
    heights = np.empty(len(values))
    heights[order] = steps * min(0.06, SWARM_WIDTH / max(highest, 1))
    return heights


def colours(column: Floats, scale: Colormap) -> Floats:
    """Return colours from low to high between the 5th and 95th percentile; pale if missing."""
    known = column[np.isfinite(column)]
    low, high = np.quantile(known, [0.05, 0.95]) if len(known) else (0.0, 0.0)
    if high == low and len(known):
        low, high = float(known.min()), float(known.max())
    middle = np.full(len(column), 0.5)
    shares = np.clip((column - low) / (high - low), 0, 1) if high > low else middle
    painted: Floats = scale(np.nan_to_num(shares, nan=0.5))
    painted[~np.isfinite(column)] = (0, 0, 0, 0.15)
    return painted


def _draw_scale(figure: Figure) -> None:
    """Draw the colour scale in the upper right corner, beside the title."""
    wide, tall = figure.get_size_inches()
    position = ((wide - EDGE - 1.75) / wide, 1 - 0.3 / tall, 1.2 / wide, 0.12 / tall)
    scale = figure.add_axes(position)
    scale.imshow(np.linspace(0, 1, 128)[np.newaxis], aspect="auto", cmap=LOW_TO_HIGH)
    scale.set_axis_off()
    for share, text, side in ((0, "value of the column: low ", "right"), (1, " high", "left")):
        scale.annotate(
            text, (share, 0.5), xycoords="axes fraction", ha=side, va="center", color=GREY,
            fontsize=SMALL,
        )  # fmt: skip


def one_transaction_plot(
    columns: Sequence[str],
    values: Floats,
    data: Sequence[float | str] | Floats,
    *,
    base: float,
    score: float,
    unit: str,
    shown: int = 12,
) -> Figure:
    """Draw the effects of columns, from the base value to the score of one transaction.

    The base value is what the model says when it knows no column. `base` and `values` are in
    `unit`; `score` is the fraud score that the model gave.
    """
    ranked = np.argsort(-np.abs(values), kind="stable")
    steps = [(f"{columns[at]} = {_value(data[at])}", float(values[at])) for at in ranked[:shown]]
    if len(ranked) > shown:
        rest = f"{counted(len(ranked) - shown, 'other column')}"
        steps.append((rest, float(values[ranked[shown:]].sum())))
    end, decimals = (
        base + float(values.sum()),
        decimals_for(values.tolist() if values.any() else [base]),
    )
    rows = [
        Row("base value", signed(base, decimals)),
        *(Row(name, signed(step, decimals)) for name, step in steps),
        Row("this transaction", signed(end, decimals), strong=True),
    ]
    reasons = _reasons(score, {columns[at]: float(values[at]) for at in ranked[:shown]})
    figure, axes = rows_canvas("Why this score", reasons, rows)
    _draw_steps(axes, base, [step for _, step in steps])
    axes.set(xlabel=f"Score in {unit} (right, orange: towards fraud)")
    axes.ticklabel_format(axis="x", useOffset=False)
    return figure


def _draw_steps(axes: Axes, base: float, steps: Sequence[float]) -> None:
    ends = base + np.cumsum([0.0, *steps])
    for position, (start, step) in enumerate(zip(ends, steps, strict=False), start=1):
        colour = VERMILION if step > 0 else BLUE
        axes.barh(position, step, left=start, height=0.6, color=colour, zorder=3)
    for position, end in enumerate(ends):  # from the end of each step down to the next one
        axes.vlines(end, position, position + 1, color=GREY, lw=1, zorder=2)
    axes.axvline(base, color=GREY, lw=1, ls=DASHES, zorder=1)
    axes.plot([base], [0], "o", color="white", mec=INK, mew=1.6, ms=7.5, zorder=5)
    axes.plot([ends[-1]], [len(steps) + 1], "o", color=INK, ms=8, zorder=5)
    axes.use_sticky_edges = False
    axes.margins(x=0.06)


def _reasons(score: float, moved: Mapping[str, float]) -> str:
    towards = [in_sentence(name) for name, step in moved.items() if step > 0][:3]
    against = [in_sentence(name) for name, step in moved.items() if step < 0][:3]
    detail = [
        f"{word} fraud: {joined_names(names)}"
        for word, names in (("for", towards), ("against", against))
        if names
    ]
    reasons = "; ".join(detail) if detail else "no column moved it"
    return f"Fraud score {score:.3g}; {reasons}"


def _value(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return short_number(float(value)) if np.isfinite(value) else "missing"
