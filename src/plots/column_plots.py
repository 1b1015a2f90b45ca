"""Column plots: ROC AUC, missing values and drift of single columns."""

from collections.abc import Mapping

from matplotlib.figure import Figure

from foundation.wording import counted
from fraud.leakage.checks import LEAKING_ROC_AUC
from fraud.leakage.probes import difference_interval
from fraud.metrics.estimates import Estimate
from fraud.metrics.formatting import interval
from fraud.metrics.names import metric_name, metric_title
from plots.layout.canvas import BLUE, VERMILION, format_as_percent
from plots.layout.labels import digits
from plots.layout.row_plot import Row, draw_bars, draw_interval, draw_limit, rows_canvas
from plots.layout.text_size import in_sentence


def feature_strength_plot(strengths: Mapping[str, float], *, shown: int = 15) -> Figure:
    """Draw the ROC AUC of single columns, and the limit from which it is suspicious."""
    best = _largest(strengths, shown)
    rows = [Row(name, f"{area:.3f}") for name, area in best.items()]
    figure, axes = rows_canvas("What single columns tell", _strongest(strengths), rows)
    draw_bars(axes, list(best.values()), start=0.5, limit=LEAKING_ROC_AUC)
    draw_limit(axes, LEAKING_ROC_AUC, f"suspicious: {LEAKING_ROC_AUC}")
    axes.set(xlim=(0.5, 1.005))
    axes.set(xlabel="Area under the ROC curve of the column alone (0.5: tells nothing)")
    return figure


def _strongest(strengths: Mapping[str, float]) -> str:
    best = max(strengths, key=lambda name: strengths[name])
    suspicious = sum(area >= LEAKING_ROC_AUC for area in strengths.values())
    if suspicious:
        verb = "ranks" if suspicious == 1 else "rank"
        return f"{counted(suspicious, 'column')} {verb} frauds too well: known at scoring time?"
    many = counted(len(strengths), "column")
    return (
        f"{in_sentence(best)} tells most of {many}: {strengths[best]:.3f}; "
        "none is suspiciously good"
    )


def missing_values_plot(shares: Mapping[str, float], *, shown: int = 20) -> Figure:
    """Draw the share of missing values, of the columns that have any."""
    lacking = {name: share for name, share in shares.items() if share > 0}
    largest = _largest(lacking, shown)
    rows = [
        Row(name, f"{share:.2%}" if share >= 0.0001 else "< 0.01%")
        for name, share in largest.items()
    ]
    figure, axes = rows_canvas("Missing values", _lacking(lacking, len(shares)), rows)
    draw_bars(axes, list(largest.values()), start=0, limit=None)
    axes.set(xlim=(0, 1), xlabel="Share of the column that is missing")
    format_as_percent(axes.xaxis)
    return figure


def _lacking(lacking: Mapping[str, float], every: int) -> str:
    if not lacking:
        return f"No value is missing in {counted(every, 'column')}"
    worst = max(lacking, key=lambda name: lacking[name])
    return (
        f"{len(lacking)} of {counted(every, 'column')} miss values, {in_sentence(worst)} most: "
        f"{lacking[worst]:.2%}"
    )


def column_drift_plot(
    shifts: Mapping[str, float],
    *,
    noteworthy: float = 0.1,
    measure: str = "Kolmogorov–Smirnov distance (of text: total variation)",
    shown: int = 15,
) -> Figure:
    """Draw the distance between each column's distributions in the first and the last part."""
    largest = _largest(shifts, shown)
    rows = [Row(name, f"{shift:.3f}") for name, shift in largest.items()]
    moved = sum(shift >= noteworthy for shift in shifts.values())
    worst = next(iter(largest))
    figure, axes = rows_canvas(
        "Columns that shift over time",
        f"{moved} of {counted(len(shifts), 'column')} moved by {noteworthy:g} or more between the "
        f"first and the last part; {in_sentence(worst)} most: {largest[worst]:.3f}",
        rows,
    )
    draw_bars(axes, list(largest.values()), start=0, limit=noteworthy)
    draw_limit(axes, noteworthy, f"noteworthy: {noteworthy:g}")
    axes.set(xlim=(0, 1.08 * max(noteworthy, *largest.values())))
    axes.set(xlabel=f"{measure} between the first and the last part")
    return figure


def random_versus_time_plot(
    random: Estimate, time: Estimate, metric: str = "average_precision"
) -> Figure:
    """Draw the average precision on a random split and on a split by time."""
    parts = {"random split": random, "split by time": time}
    decimals = digits(parts.values())
    gap = random.value - time.value
    promised = f"{abs(gap):.{decimals}f} {'less' if gap < 0 else 'more'}"
    low, high = difference_interval(random, time)
    chance = ", which chance explains" if low <= 0 <= high else ""
    figure, axes = rows_canvas(
        "Split at random, or by time",
        f"A random split promises {promised} {metric_name(metric)} than later rows give{chance}",
        [Row(name, interval(part, decimals)) for name, part in parts.items()],
    )
    for position, (part, colour) in enumerate(zip(parts.values(), (VERMILION, BLUE), strict=True)):
        draw_interval(axes, position, part, colour=colour, sure=position == 1)
    axes.annotate(
        "", (time.value, 0.78), (random.value, 0.22), zorder=2,
        arrowprops={"arrowstyle": "-|>", "color": "#6B6B6B", "lw": 1.4},
    )  # fmt: skip
    axes.set(xlabel=f"{metric_title(metric)} with its 95 % interval")
    axes.ticklabel_format(axis="x", useOffset=False)
    return figure


def _largest(values: Mapping[str, float], shown: int) -> dict[str, float]:
    return dict(sorted(values.items(), key=lambda item: item[1], reverse=True)[:shown])
