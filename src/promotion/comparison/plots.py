"""Side-by-side plots: candidate and champion in each figure, on the same test rows."""

from typing import TYPE_CHECKING

from fraud.metrics.names import metric_name
from plots.churn_plots import churn_plot
from plots.comparison_plots import (
    calibration_curves,
    cost_plots,
    difference_plot,
    precision_recall_curves,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from promotion.comparison.churn import Churn
    from promotion.comparison.score_both import HeadToHead


def side_by_side_plots(head_to_head: "HeadToHead", churn: "Churn") -> "dict[str, Figure]":
    """Draw each figure; return the figures by file name without suffix."""
    rows, costs = head_to_head.test_set.rows, head_to_head.test_set.terms.costs
    champion = head_to_head.champion
    models = {"candidate": head_to_head.candidate} | ({"champion": champion} if champion else {})
    scores = {name: each.scores for name, each in models.items()}
    averages = {name: each.metrics["average_precision"] for name, each in models.items()}
    errors = {name: each.metrics["calibration_error"] for name, each in models.items()}
    return {
        **_differences(head_to_head),
        "precision_recall": precision_recall_curves(rows.labels, scores, averages),
        "calibration": calibration_curves(rows.labels, scores, errors),
        **cost_plots(rows, scores, costs),
        **_churn(churn),
    }


def _differences(head_to_head: "HeadToHead") -> "dict[str, Figure]":
    if head_to_head.comparison is None:
        return {}
    found = head_to_head.comparison.differences
    gaps = {metric_name(name): compared.difference for name, compared in found.items()}
    return {"differences": difference_plot(gaps, "the champion", "metric")}


def _churn(churn: "Churn") -> "dict[str, Figure]":
    days = churn.days
    if not days:
        return {}
    newly = {str(each.day): each.newly_flagged.count for each in days}
    released = {str(each.day): each.released.count for each in days}
    return {"churn": churn_plot(newly, released)}
