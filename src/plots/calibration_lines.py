"""Calibration lines: observed share of fraud against mean score, for one or more models."""

import numpy as np
from matplotlib.axes import Axes

from fraud.metrics.wilson import wilson_interval
from plots.evaluation_plots import (
    ENDS,
    SCORE_TICK_NAMES,
    SCORE_TICKS,
    ScoreBins,
    score_position,
)
from plots.layout.canvas import DASHES, GREY, Style, note


def draw_calibration(
    axes: Axes, bins: ScoreBins, style: Style, label: str, *, intervals: bool = False
) -> None:
    """Draw bins with both classes as a line; bins of one class, with infinite odds, hollow."""
    mean, share = score_position(bins.mean_score), score_position(bins.fraud_share)
    some = (bins.fraud_share > 0) & (bins.fraud_share < 1)
    if intervals:
        low, high = wilson_interval(bins.fraud_share, bins.rows)
        axes.vlines(
            mean, score_position(low), score_position(high), color=style.colour, lw=1.6, alpha=0.4
        )
    axes.plot(
        mean[some], share[some], style.marker, ms=7, mec="white", mew=0.8, color=style.colour,
        ls=style.line, lw=1.5, label=label,
    )  # fmt: skip
    axes.plot(
        mean[~some], share[~some], style.marker, ms=6, mfc="white", color=style.colour, mew=1.3,
        ls="", label=f"{label}: none or all",
    )  # fmt: skip


def format_calibration_axes(axes: Axes) -> None:
    """Format both axes as log-odds, which spread out both ends, and draw the ideal line."""
    axes.plot(ENDS, ENDS, color=GREY, lw=1.2, ls=DASHES, zorder=1)
    limits = (ENDS[0] - 0.4, ENDS[1] + 0.4)
    axes.set(xlim=limits, ylim=limits, ylabel="Share that was fraud")
    axes.set_xticks(score_position(np.array(SCORE_TICKS)), SCORE_TICK_NAMES)
    axes.set_yticks(score_position(np.array(SCORE_TICKS)), SCORE_TICK_NAMES)
    axes.set(xlabel="Mean fraud score of a bin (log-odds scale)")
    meaning = "dashed: means what it says\nhollow: none or all were fraud"
    note(axes, (ENDS[1], ENDS[0] + 0.9), meaning, left=True)
