"""Leaderboard: the contenders of a comparison ranked, as a table and as a sentence."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fraud.metrics.evaluation import COST
from fraud.metrics.formatting import interval

if TYPE_CHECKING:
    import polars as pl

    from experiments.comparison.contender import Contender

# Column of the table → the metric, and its significant digits.
COLUMNS = {
    "average precision": ("average_precision", 3),
    "ROC AUC": ("roc_auc", 3),
    "recall at 1 % FPR": ("recall_at_1pct_fpr", 3),
    "recall at 0.1 % FPR": ("recall_at_01pct_fpr", 3),
    "precision at k a day": ("precision_at_k", 3),
    "cost per 1,000": (COST, 1),
    "Brier": ("brier", 5),
    "calibration error": ("calibration_error", 4),
}


def leaderboard_table(contenders: Sequence["Contender"]) -> "pl.DataFrame":
    """Return one row a contender: each metric with its 95 % interval, and the model's costs.

    Metrics that the rows do not allow are left out.
    """
    import polars as pl

    return pl.DataFrame([_row(rank, each) for rank, each in enumerate(contenders, start=1)])


def verdict(contenders: Sequence["Contender"]) -> str:
    """Return a sentence on the best contender, and the contenders indistinguishable from it."""
    best, *others = contenders
    score = interval(best.metrics["average_precision"])
    same = [each.name for each in others if each.is_as_good_as_the_best]
    if not others:
        return f"{best.name} has an average precision of {score}; nothing was compared with it."
    if not same:
        return f"{best.name} is best, with an average precision of {score}: beyond chance."
    listed = " and ".join([", ".join(same[:-1]), same[-1]] if len(same) > 1 else same)
    return (
        f"{best.name} has the highest average precision, {score}, but these rows cannot tell it "
        f"from {listed}."
    )


def _row(rank: int, contender: "Contender") -> dict[str, Any]:
    metrics = {
        title: interval(contender.metrics[metric], digits)
        for title, (metric, digits) in COLUMNS.items()
        if metric in contender.metrics
    }
    return {
        "": rank,
        "contender": contender.name,
        "like the best": "best" if rank == 1 else _likeness(contender),
        **metrics,
        "fit, s": round(contender.final_fit.seconds, 1),
        "µs a row": round(contender.final_fit.microseconds_a_row, 2),
        "kB": round(contender.final_fit.size / 1000),
        "note": contender.note,
    }


def _likeness(contender: "Contender") -> str:
    p = contender.versus_best.p_value
    same = contender.is_as_good_as_the_best
    return f"indistinguishable (p {p:.2f})" if same else f"no (p {p:.3f})"
