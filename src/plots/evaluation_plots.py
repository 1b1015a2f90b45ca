"""Evaluation plots: precision-recall, ROC, calibration and scores of one model."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from foundation.wording import counted
from fraud.data.arrays import Floats, Integers, Labels
from fraud.metrics.estimates import Estimate, precision_recall_curve, roc_curve
from fraud.metrics.formatting import interval
from fraud.metrics.log_odds import log_odds
from fraud.metrics.names import metric_title
from fraud.metrics.wilson import wilson_interval
from plots.layout.canvas import (
    BLUE,
    DASHES,
    GREY,
    INK,
    VERMILION,
    canvas,
    canvas_with_strip,
    format_as_percent,
    mark,
    note,
)

SCORE_TICKS = np.array([0.0001, 0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999])

SCORE_TICK_NAMES = [f"{tick:g}" for tick in SCORE_TICKS]
BIN_EDGES = np.sort(np.concatenate([SCORE_TICKS, [0.0003, 0.003, 0.03, 0.25, 0.75, 0.97]]))

Metrics = Mapping[str, Estimate]


def score_position(scores: Floats) -> Floats:
    """Return log-odds within ENDS: a scale that spreads out scores near 0 and near 1."""
    return log_odds(scores, nearest=2e-5)


ENDS = (float(score_position(np.array(0.0))), float(score_position(np.array(1.0))))


def evaluation_plots(
    labels: Labels, scores: Floats, *, threshold: float, metrics: Metrics
) -> dict[str, Figure]:
    """Draw every plot of an evaluation, by name."""
    return {
        "precision_recall": precision_recall_plot(
            labels, scores, threshold=threshold, metrics=metrics
        ),
        "roc": roc_plot(labels, scores, threshold=threshold, metrics=metrics),
        "calibration": calibration_plot(labels, scores, metrics=metrics),
        "score_distribution": score_distribution_plot(labels, scores, threshold=threshold),
    }


def precision_recall_plot(
    labels: Labels, scores: Floats, *, threshold: float, metrics: Metrics
) -> Figure:
    """Draw precision (frauds among alerts) against recall (frauds that are caught)."""
    curve, base_rate = precision_recall_curve(labels, scores), float(np.mean(labels))
    figure, axes = canvas("Precision and recall", _with_interval("average_precision", metrics))
    axes.step(curve.recall, curve.precision, where="post", color=BLUE, lw=2.2)
    axes.axhline(base_rate, color=GREY, lw=1.2, ls=DASHES)
    note(axes, (0.01, base_rate + 0.02), f"guessing: {base_rate:.2%}")
    precision, recall = metrics["precision"], metrics["recall"]
    axes.set(xlim=(0, 1.01), ylim=(0, 1.03))
    mark(
        axes,
        (recall.value, precision.value),
        f"threshold {threshold:.3g}\nprecision {interval(precision, 2)}\n"
        f"recall {interval(recall, 2)}",
    )
    axes.set(xlabel="Recall: frauds caught", ylabel="Precision: alerts that are fraud")
    format_as_percent(axes.xaxis, axes.yaxis)
    return figure


def roc_plot(labels: Labels, scores: Floats, *, threshold: float, metrics: Metrics) -> Figure:
    """Draw recall against the false positive rate, on a logarithmic axis: low rates matter most."""
    curve = roc_curve(labels, scores)
    figure, axes = canvas("Recall at few false alarms", _with_interval("roc_auc", metrics))
    lowest = min(1e-4, 1 / int((labels == 0).sum()))  # a rate of 0 is drawn there
    # A step, as in the metrics: no threshold gives a recall between two points.
    rates = np.maximum(curve.false_positive_rate, lowest)
    axes.step(rates, curve.true_positive_rate, where="post", color=BLUE, lw=2.2)
    chance = np.geomspace(lowest, 1, 200)
    axes.plot(chance, chance, color=GREY, lw=1.2, ls=DASHES)
    note(axes, (0.13, 0.05), "guessing")
    for rate, name in ((0.001, "recall_at_01pct_fpr"), (0.01, "recall_at_1pct_fpr")):
        recall = metrics[name]
        axes.plot([rate, rate], [0, recall.value], color=GREY, lw=1, ls=":")
        axes.plot([rate], [recall.value], "o", color=BLUE, ms=6, zorder=5, clip_on=False)
        note(axes, (rate * 1.12, 0.06), f"{interval(recall, 2)}\nat {100 * rate:g} %")
    alarms = float(np.mean(scores[labels == 0] >= threshold))
    point = (max(alarms, lowest), metrics["recall"].value)
    axes.set(xscale="log", xlim=(lowest * 0.9, 1.05), ylim=(0, 1.03))
    mark(axes, point, f"threshold {threshold:.3g}", right=True)
    axes.set(xlabel="False positive rate (log scale)", ylabel="Recall: frauds caught")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda rate, _: f"{100 * rate:g}%"))
    format_as_percent(axes.yaxis)
    return figure


def calibration_plot(labels: Labels, scores: Floats, *, metrics: Metrics) -> Figure:
    """Draw the share of fraud against the mean score, in bins of equal log-odds."""
    bins = score_bins(labels, scores)
    figure, axes, strip = canvas_with_strip(
        "Calibration", _with_interval("calibration_error", metrics, digits=4)
    )
    low, high = wilson_interval(bins.fraud_share, bins.rows)
    mean, share = score_position(bins.mean_score), score_position(bins.fraud_share)
    axes.plot(ENDS, ENDS, color=GREY, lw=1.2, ls=DASHES, label="means what it says")
    axes.vlines(mean, score_position(low), score_position(high), color=BLUE, lw=1.6, alpha=0.55)
    some = (bins.fraud_share > 0) & (bins.fraud_share < 1)
    axes.plot(mean[some], share[some], "o", color=BLUE, ms=7, label="bin, with its 95 % interval")
    # The log-odds of shares 0 and 1 are infinite: an arrow at the edge marks them.
    for chosen, shape, edge in ((bins.fraud_share == 0, "v", 0), (bins.fraud_share == 1, "^", 1)):
        label = f"{('no', 'only')[edge]} fraud" if chosen.any() else None
        edges = np.full(chosen.sum(), ENDS[edge])
        axes.plot(mean[chosen], edges, shape, color="white", mec=BLUE, ms=8, label=label, zorder=5)
    limits = (ENDS[0] - 0.4, ENDS[1] + 0.4)
    axes.set(xlim=limits, ylim=limits, ylabel="Share that was fraud")
    axes.set_yticks(score_position(SCORE_TICKS), SCORE_TICK_NAMES)
    axes.legend(frameon=False, loc="upper left", fontsize=9)
    strip.vlines(mean, 0.5, bins.rows, color=BLUE, lw=8, alpha=0.85)
    strip.set(yscale="log", ylim=(0.5, bins.rows.max() * 4))
    strip.set_xticks(score_position(SCORE_TICKS), SCORE_TICK_NAMES)
    strip.set(xlabel="Mean fraud score of the bin (log-odds scale)", ylabel="Rows")
    return figure


def score_distribution_plot(labels: Labels, scores: Floats, *, threshold: float) -> Figure:
    """Draw the distribution of the scores of each class."""
    is_fraud, is_alert = labels == 1, scores >= threshold
    caught, missed = int((is_fraud & is_alert).sum()), int((is_fraud & ~is_alert).sum())
    false_alarms = int((~is_fraud & is_alert).sum())
    figure, axes = canvas(
        "Fraud scores by class",
        f"{counted(caught, 'fraud')} caught, {missed:,} missed, "
        f"{counted(false_alarms, 'false alarm')}",
    )
    bins = np.linspace(*ENDS, 61)
    positions = score_position(scores)
    for rows, colour, name in ((~is_fraud, BLUE, "legitimate"), (is_fraud, VERMILION, "fraud")):
        label = f"{name} ({int(rows.sum()):,})"
        axes.hist(
            positions[rows],
            bins.tolist(),
            color=colour,
            alpha=0.35,
            label=label,
            histtype="stepfilled",
        )
        axes.hist(positions[rows], bins.tolist(), color=colour, histtype="step", lw=1.6)
    line = float(score_position(np.array(threshold)))
    axes.axvline(line, color=INK, lw=1.2)
    left = threshold > 0.5  # the legend is on the right
    axes.annotate(
        f"threshold {threshold:.3g}", (line, 0.97), (-5 if left else 5, 0), color=INK, fontsize=9,
        xycoords=("data", "axes fraction"), textcoords="offset points", va="top",
        ha="right" if left else "left",
    )  # fmt: skip
    axes.set(yscale="log", ylim=(0.7, None), xlim=ENDS)
    axes.set_xticks(score_position(SCORE_TICKS), SCORE_TICK_NAMES)
    axes.set(xlabel="Fraud score (log-odds scale)", ylabel="Transactions (log scale)")
    axes.legend(frameon=False, loc="upper right", fontsize=9)
    return figure


def _with_interval(metric: str, metrics: Metrics, *, digits: int = 3) -> str:
    return f"{metric_title(metric)} {interval(metrics[metric], digits)}"


class ScoreBins(NamedTuple):
    """Rows whose scores lie between two of EDGES; empty bins are left out."""

    mean_score: Floats
    fraud_share: Floats
    rows: Integers


def score_bins(labels: Labels, scores: Floats) -> ScoreBins:
    """Return mean score and share of fraud, from one power of ten of the odds to the next.

    The bins of the metric `calibration_error` share the promised frauds equally, which leaves
    nothing to see between 0.001 and 0.9 when a model is sure of most.
    """
    number = np.searchsorted(BIN_EDGES, scores, side="right")
    rows = np.bincount(number, minlength=len(BIN_EDGES) + 1)
    filled = np.flatnonzero(rows)
    score = np.bincount(number, weights=scores)[filled] / rows[filled]
    fraud = np.bincount(number, weights=labels)[filled] / rows[filled]
    return ScoreBins(score, fraud, rows[filled])
