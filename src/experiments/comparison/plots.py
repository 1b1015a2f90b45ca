"""Figures of a comparison: every contender in each figure, on the same rows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from plots.comparison_plots import (
    calibration_curves,
    cost_plots,
    leaderboard_plot,
    precision_recall_curves,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.comparison.contender import Contender
    from fraud.metrics.costs import Costs
    from fraud.metrics.evaluation import EvaluationRows


def comparison_plots(
    rows: "EvaluationRows", contenders: "Sequence[Contender]", costs: "Costs"
) -> "dict[str, Figure]":
    """Draw the figures of a comparison, by name."""
    scores = {each.name: each.out_of_fold.scores for each in contenders}
    averages = {each.name: each.metrics["average_precision"] for each in contenders}
    errors = {each.name: each.metrics["calibration_error"] for each in contenders}
    indistinguishable = [each.name for each in contenders if each.is_as_good_as_the_best]
    return {
        "leaderboard": leaderboard_plot(averages, indistinguishable, "average_precision"),
        "precision_recall": precision_recall_curves(rows.labels, scores, averages),
        "calibration": calibration_curves(rows.labels, scores, errors),
        **cost_plots(rows, scores, costs),
    }
