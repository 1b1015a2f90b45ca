"""Comparison plots: metrics, curves and costs of several models on the same rows."""

from collections.abc import Collection, Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from fraud.data.arrays import Floats, Labels
from fraud.metrics.costs import Costs, cost_curve, cost_of_flagging_nothing
from fraud.metrics.estimates import Estimate, precision_recall_curve
from fraud.metrics.evaluation import EvaluationRows
from fraud.metrics.formatting import interval
from fraud.metrics.names import metric_name, metric_title
from plots.calibration_lines import draw_calibration, format_calibration_axes
from plots.evaluation_plots import score_bins
from plots.layout.canvas import BLUE, DASHES, GREY, VERMILION, format_as_percent, note, styles
from plots.layout.labels import (
    digits,
    short_number,
    signed_interval,
)
from plots.layout.legend import Entry, canvas_with_legend
from plots.layout.row_plot import Row, draw_interval, draw_limit, rows_canvas
from plots.layout.text_size import elided, in_sentence

Estimates = Mapping[str, Estimate]
CostLine = tuple[Floats, Floats]  # alerts and cost, both per 1,000 transactions


def leaderboard_plot(
    estimates: Estimates,
    same_as_best: Collection[str],
    metric: str,
    *,
    smaller_is_better: bool = False,
) -> Figure:
    """Draw every model's metric and interval, best on top; mark models that may be as good."""
    ranked = sorted(estimates, key=lambda n: estimates[n].value, reverse=not smaller_is_better)
    best, decimals = ranked[0], digits(estimates.values())
    level = {best, *same_as_best}
    rows = [
        Row(name, interval(estimates[name], decimals), _rank(name, best, level), name == best)
        for name in ranked
    ]
    finding = _leader(ranked, level, interval(estimates[best], decimals))
    figure, axes = rows_canvas(f"{metric_title(metric)} of each model", finding, rows)
    axes.axvline(estimates[best].value, color=GREY, lw=1, ls=DASHES)
    for position, name in enumerate(ranked):
        colour = BLUE if name in level else GREY
        draw_interval(axes, position, estimates[name], colour=colour, sure=name in level)
    better = ", smaller is better" if smaller_is_better else ""
    axes.set(xlabel=f"{metric_title(metric)} with its 95 % interval{better}")
    axes.ticklabel_format(axis="x", useOffset=False)
    return figure


def _rank(name: str, best: str, level: Collection[str]) -> str:
    if name == best:
        return "best"
    return "≈ best" if name in level else ""


def _leader(ranked: list[str], level: Collection[str], detail: str) -> str:
    best, others = in_sentence(ranked[0]), ranked[1:]
    same = sum(name in level for name in others)
    if not others:
        return f"{best}, the only model: {detail}"
    if not same:
        return f"{best} is best: chance does not explain its lead over any other model"
    many = f"{same} of the other {len(others)}" if len(others) > 1 else "the other"
    return f"{best} leads, but {many} cannot be told from it on these rows (blue)"


def difference_plot(
    differences: Estimates, reference: str, metric: str, *, smaller_is_better: bool = False
) -> Figure:
    """Draw paired differences from a reference, largest on top, and whether they exclude zero."""
    ranked = sorted(differences, key=lambda name: differences[name].value, reverse=True)
    decimals = digits(differences.values())
    verdicts = {name: _side(differences[name], smaller_is_better) for name in ranked}
    rows = [
        Row(name, signed_interval(differences[name], decimals), verdicts[name]) for name in ranked
    ]
    detail = [f"{list(verdicts.values()).count(w)} {w}" for w in ("better", "worse", "unclear")]
    finding = f"Against {in_sentence(reference)}: {', '.join(detail)} (the interval includes zero)"
    figure, axes = rows_canvas(f"Difference in {metric_name(metric)}", finding, rows)
    draw_limit(axes, 0, reference)
    colours = {"better": BLUE, "worse": VERMILION, "unclear": GREY}
    for position, name in enumerate(ranked):
        colour, sure = colours[verdicts[name]], verdicts[name] != "unclear"
        draw_interval(axes, position, differences[name], colour=colour, sure=sure)
    better = ", smaller is better" if smaller_is_better else ""
    against = f"less that of {elided(reference, 1.6)}, 95 % interval{better}"
    axes.set(xlabel=f"{metric_title(metric)} {against}")
    axes.ticklabel_format(axis="x", useOffset=False)
    return figure


def _side(difference: Estimate, smaller_is_better: bool) -> str:
    if difference.low <= 0 <= difference.high:
        return "unclear"
    return "better" if (difference.value > 0) != smaller_is_better else "worse"


def precision_recall_curves(
    labels: Labels, scores: Mapping[str, Floats], average_precision: Estimates
) -> Figure:
    """Draw precision against recall, a line a model, the legend by average precision."""
    drawn, base_rate = styles(scores), float(np.mean(labels))
    ranked = sorted(scores, key=lambda name: average_precision[name].value, reverse=True)
    detail = {name: interval(average_precision[name]) for name in ranked}
    finding = f"{in_sentence(ranked[0])} has the highest average precision: {detail[ranked[0]]}"
    figure, axes = canvas_with_legend(
        "Precision and recall", finding, [Entry(drawn[name], name, detail[name]) for name in ranked]
    )
    for name in reversed(ranked):  # the best on top of the others
        curve, style = precision_recall_curve(labels, scores[name]), drawn[name]
        axes.step(
            curve.recall, curve.precision, where="post", color=style.colour, ls=style.line,
            lw=2, label=name,
        )  # fmt: skip
    axes.axhline(base_rate, color=GREY, lw=1.2, ls=DASHES)
    note(axes, (0.01, base_rate + 0.02), f"guessing: {base_rate:.2%}")
    axes.set(xlim=(0, 1.01), ylim=(0, 1.03))
    axes.set(xlabel="Recall: frauds caught", ylabel="Precision: alerts that are fraud")
    format_as_percent(axes.xaxis, axes.yaxis)
    return figure


def calibration_curves(labels: Labels, scores: Mapping[str, Floats], errors: Estimates) -> Figure:
    """Draw the share of fraud against the mean score, the legend by calibration error."""
    drawn, decimals = styles(scores), max(4, digits(errors.values()))
    ranked = sorted(scores, key=lambda name: errors[name].value)
    detail = {name: interval(errors[name], decimals) for name in ranked}
    figure, axes = canvas_with_legend(
        "Calibration",
        f"{in_sentence(ranked[0])} has the smallest calibration error: {detail[ranked[0]]}",
        [Entry(drawn[name], name, detail[name]) for name in ranked],
        markers=True,
    )
    for name in reversed(ranked):
        bins = score_bins(labels, scores[name])
        draw_calibration(axes, bins, drawn[name], name, intervals=len(ranked) < 3)
    format_calibration_axes(axes)
    return figure


def cost_curves(curves: Mapping[str, CostLine], nothing_flagged: float) -> Figure:
    """Draw the cost of 1,000 transactions against the number of alerts among them."""
    lowest = {name: int(np.argmin(cost)) for name, (_, cost) in curves.items()}
    points = {name: (curves[name][0][at], curves[name][1][at]) for name, at in lowest.items()}
    ranked, drawn = sorted(points, key=lambda name: points[name][1]), styles(curves)
    entries = [
        Entry(
            drawn[name], name,
            f"{short_number(points[name][1])} at {short_number(points[name][0])} alerts",
        )
        for name in ranked
    ]  # fmt: skip
    figure, axes = canvas_with_legend(
        "Cost", _saving(ranked[0], points[ranked[0]][1], nothing_flagged), entries, markers=True
    )
    seen = np.concatenate([alerts[alerts > 0] for alerts, _ in curves.values()])
    first = float(seen.min()) if len(seen) else 1.0
    axes.axhline(nothing_flagged, color=GREY, lw=1.4, ls=DASHES)
    for name in reversed(ranked):
        (alerts, cost), style, point = curves[name], drawn[name], points[name]
        positions = np.maximum(alerts, first)  # a logarithmic axis has no 0
        axes.plot(positions, cost, color=style.colour, ls=style.line, lw=2, label=name)
        axes.plot(
            [max(point[0], first)], [point[1]], style.marker, color=style.colour, ms=9,
            mec="white", mew=1.2, zorder=6,
        )  # fmt: skip
    top = 1.3 * max(nothing_flagged, *(cost for _, cost in points.values())) or 1.0
    axes.set(xscale="log", xlim=(min(first * 0.9, 100), 1100), ylim=(0, top))
    axes.annotate(
        "flag nothing", (1, nothing_flagged), (-4, 4), xycoords=("axes fraction", "data"),
        textcoords="offset points", ha="right", color=GREY, fontsize=9,
    )  # fmt: skip
    axes.xaxis.set_major_formatter(FuncFormatter(lambda rate, _: f"{rate:g}"))
    axes.set(xlabel="Alerts per 1,000 transactions (log scale)")
    axes.set(ylabel="Cost per 1,000 transactions")
    return figure


def cost_plots(
    rows: EvaluationRows, scores: Mapping[str, Floats], costs: Costs
) -> dict[str, Figure]:
    """Draw the cost of each model, by the name of the figure; none for rows without amounts."""
    if rows.amounts is None:
        return {}
    lines = cost_lines(rows.labels, rows.amounts, scores, costs)
    nothing = cost_of_flagging_nothing(rows.labels, rows.amounts, costs)
    return {"cost": cost_curves(lines, nothing)}


def cost_lines(
    labels: Labels, amounts: Floats, scores: Mapping[str, Floats], costs: Costs
) -> dict[str, CostLine]:
    """Return the alerts and the cost at every threshold, for each model."""
    lines = {}
    for name, given in scores.items():
        curve = cost_curve(labels, given, amounts, costs)
        lines[name] = alerts_per_1000(given, curve.thresholds), curve.cost
    return lines


def alerts_per_1000(scores: Floats, thresholds: Floats) -> Floats:
    """Count the alerts of each threshold, for a cost curve, per 1,000 transactions."""
    below = np.searchsorted(np.sort(scores), thresholds, side="left")
    alerts: Floats = 1000 * (1 - below / len(scores))
    return alerts


def _saving(best: str, cost: float, nothing: float) -> str:
    if cost >= nothing:
        return f"No model costs less than to flag nothing ({short_number(nothing)})"
    return (
        f"{in_sentence(best)} costs least: {short_number(cost)} per 1,000 transactions, "
        f"{1 - cost / nothing:.0%} less than to flag nothing"
    )
