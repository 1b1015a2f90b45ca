"""Side-by-side pictures: candidate and champion in each figure, on the same rows."""

from typing import TYPE_CHECKING

from figures.churn_plots import churn_plot
from figures.comparison_plots import (
    calibration_curves,
    cost_curves,
    cost_lines,
    difference_plot,
    precision_recall_curves,
)
from fraud.costs import cost_of_flagging_nothing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from promotion.comparison.side_by_side import SideBySide


def side_by_side_plots(beside: "SideBySide") -> "dict[str, Figure]":
    """Draw each figure, by file name without its ending."""
    rows, costs, old = beside.meeting.rows, beside.meeting.costs, beside.meeting.old
    models = {"candidate": beside.meeting.new} | ({"champion": old} if old else {})
    scores = {name: each.scores for name, each in models.items()}
    averages = {name: each.metrics["average_precision"] for name, each in models.items()}
    errors = {name: each.metrics["calibration_error"] for name, each in models.items()}
    return {
        **_differences(beside),
        "precision_recall": precision_recall_curves(rows.labels, scores, averages),
        "calibration": calibration_curves(rows.labels, scores, errors),
        "cost": cost_curves(
            cost_lines(rows, scores, costs),
            cost_of_flagging_nothing(rows.labels, rows.amounts, costs),
        ),
        **_churn(beside),
    }


def _differences(beside: "SideBySide") -> "dict[str, Figure]":
    if beside.meeting.compared is None:
        return {}
    found = beside.meeting.compared.differences
    gaps = {name: compared.difference for name, compared in found.items()}
    return {"differences": difference_plot(gaps, "the champion", "metric")}


def _churn(beside: "SideBySide") -> "dict[str, Figure]":
    days = beside.churn.days
    if not days:
        return {}
    newly = {str(each.day): each.newly_flagged.count for each in days}
    released = {str(each.day): each.released.count for each in days}
    return {"churn": churn_plot(newly, released)}
