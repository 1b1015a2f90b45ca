"""Inference plots: scores, drift and alert rate of a day. Data in, a figure out."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from fraud.data.arrays import Scores
from fraud.metrics.wilson import wilson_interval
from fraud.monitoring.day_metrics import DayMetrics
from fraud.monitoring.finding import DriftFinding
from fraud.scoring.risk_bands import RiskBands
from plots.layout.canvas import BLUE, DASHES, GREY, INK, VERMILION, canvas

AMBER = "#E69F00"  # Okabe and Ito's orange, between the other two in lightness
BAND_COLOURS = {"low": BLUE, "medium": AMBER, "high": VERMILION}
VERDICTS = {
    "drift": (VERMILION, "drift"),
    "steady": (BLUE, "steady"),
    "not_enough_history": (GREY, "not enough history"),
}
FARTHEST = 4.0  # thresholds; what is farther is drawn at the edge


def score_plot(scores: Scores, bands: RiskBands) -> Figure:
    """Draw the histogram of the scores by risk band, on a logarithmic axis."""
    counts = bands.counts(scores)
    figure, axes = canvas(
        "Fraud scores",
        f"{counts['high'].count:,} of {len(scores):,} transactions are of high risk "
        f"({counts['high'].share:.2%})",
    )
    names = np.array(bands.of(scores))
    edges = np.linspace(0, 1, 51).tolist()
    starts = {"low": 0.0, "medium": bands.medium_from, "high": bands.high_from}
    lower, before = 0, -1.0  # names of bands that begin near one another: one below the other
    for band, colour in BAND_COLOURS.items():
        lower, before = (lower + 1 if starts[band] - before < 0.1 else 0), starts[band]
        is_last = starts[band] > 0.9
        axes.hist(scores[names == band], edges, color=colour, alpha=0.85, ec="white", lw=0.4)
        axes.axvline(starts[band], color=GREY, lw=1, ls=DASHES)
        axes.annotate(
            f"{band}\n{counts[band].count:,}", (starts[band], 1),
            (-5 if is_last else 5, -4 - 28 * lower), va="top", ha="right" if is_last else "left",
            color=INK, xycoords=("data", "axes fraction"), textcoords="offset points", fontsize=9,
        )  # fmt: skip
    axes.set(xlim=(0, 1), ylim=(0.7, max(len(scores), 1) * 12))
    axes.set(yscale="log", xlabel="Fraud score", ylabel="Transactions (log scale)")
    return figure


def drift_plot(findings: Sequence[DriftFinding]) -> Figure:
    """Draw the change of each rule in units of its threshold, coloured by verdict."""
    figure, axes = canvas("Drift", _headline(findings))
    for row, finding in enumerate(reversed(findings)):
        colour, word = VERDICTS[finding.verdict]
        size = min(finding.size or 0.0, FARTHEST)
        axes.barh(row, size, height=0.55, color=colour)
        beyond = f"{finding.size:.1f} × " if (finding.size or 0) > FARTHEST else ""
        text = f"{beyond}{word}, {_change(finding)}"
        inside = size > FARTHEST / 2
        axes.annotate(
            text, (size, row), (-6 if inside else 6, 0), textcoords="offset points", va="center",
            ha="right" if inside else "left", color="white" if inside else INK, fontsize=9,
            bbox={"fc": colour if inside else "white", "ec": "none", "pad": 1.5},
        )  # fmt: skip
    axes.axvline(1, color=INK, lw=1.2, ls=DASHES)
    labels = [finding.rule.replace("_", " ") for finding in reversed(findings)]
    axes.set_position((0.19, 0.11, 0.775, 0.765))  # the names of rules are longer than numbers
    axes.set_yticks(range(len(labels)), labels)
    axes.set(xlim=(0, FARTHEST), xlabel="Change, in thresholds (drift begins at the dashed line)")
    axes.grid(visible=False, axis="y")
    return figure


def alert_rate_plot(history: Sequence[DayMetrics], today: DayMetrics) -> Figure:
    """Draw the alert rate of each day with its 95 % interval, today marked.

    Days without transactions have no rate, and are left out. Days that were alerted at another
    threshold are drawn grey, and are no part of what is usual.
    """
    history = [day for day in history if day.transactions]
    if not today.transactions:
        return _no_rate_plot(today)
    days = [*history, today]
    rates = np.array([day.alert_rate for day in days])
    lows, highs = wilson_interval(rates, np.array([day.transactions for day in days]))
    alike = [day for day in history if day.alert_threshold == today.alert_threshold]
    usual = sum(day.alerts for day in alike) / max(sum(day.transactions for day in alike), 1)
    compared = f", usually {usual:.3%} (dashed)" if alike else ""
    others = " (grey: at another threshold)" if len(alike) < len(history) else ""
    counted = f"{today.alerts:,} of {today.transactions:,} transactions"
    figure, axes = canvas("Alert rate", f"{today.day}: {counted}, {today.alert_rate:.3%}{compared}")
    ages = np.array([(day.day - today.day).days for day in days])
    colours = [*(BLUE if day in alike else GREY for day in history), VERMILION]
    axes.vlines(ages, lows, highs, color=colours, lw=2, alpha=0.45)
    axes.scatter(ages, rates, color=colours, s=[26] * len(history) + [64], zorder=4)
    if alike:
        axes.axhline(usual, color=GREY, lw=1.2, ls=DASHES)
    axes.annotate(
        "today", (0, highs[-1]), (0, 6), textcoords="offset points", ha="center", color=INK,
        fontsize=9,
    )  # fmt: skip
    axes.set(xlim=(min(-7, ages.min()) - 1, 1), ylim=(0, highs.max() * 1.15))
    axes.set(xlabel=f"Days before today{others}", ylabel="Alerts per transaction, 95 % interval")
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=2))
    return figure


def _no_rate_plot(today: DayMetrics) -> Figure:
    figure, axes = canvas("Alert rate", f"{today.day}: no transactions, so there is no rate")
    axes.annotate("no transactions", (0.5, 0.5), xycoords="axes fraction", ha="center", color=INK)
    axes.set(xlabel="Days before today", ylabel="Alerts per transaction, 95 % interval")
    axes.set(xticks=[], yticks=[])
    return figure


def _headline(findings: Sequence[DriftFinding]) -> str:
    drifted = sum(finding.verdict == "drift" for finding in findings)
    unsure = sum(finding.verdict == "not_enough_history" for finding in findings)
    lacking = f", {unsure} lack the history to tell" if unsure else ""
    return f"{drifted} of {len(findings)} rules see drift{lacking}"


def _change(finding: DriftFinding) -> str:
    if finding.observed is None:
        return "nothing to compare"
    if finding.baseline is None:
        return f"today {_figure(finding.observed)}"
    arrow = {"up": "↑", "down": "↓"}.get(finding.direction or "", "=")
    return f"{_figure(finding.observed)} {arrow} from {_figure(finding.baseline)}"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
