"""Leaderboards: who is best, in a table and in a sentence."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fraud.metrics.evaluation import COST
from fraud.metrics.formatting import interval

if TYPE_CHECKING:
    import polars as pl

    from experiments.comparison.contender import Contender

# Column of the table → the metric, and the digits that say something.
SHOWN = {
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
    """One row a contender: every metric with its 95 % interval, and what the model costs to run."""
    import polars as pl

    return pl.DataFrame([_row(place, each) for place, each in enumerate(contenders, start=1)])


def verdict(contenders: Sequence["Contender"]) -> str:
    """Say which is best, and which of the others these rows cannot tell from it."""
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


def _row(place: int, contender: "Contender") -> dict[str, Any]:
    shown = {
        title: interval(contender.metrics[metric], digits)
        for title, (metric, digits) in SHOWN.items()
    }
    return {
        "": place,
        "contender": contender.name,
        "like the best": "best" if place == 1 else _likeness(contender),
        **shown,
        "fit, s": round(contender.final_fit.seconds, 1),
        "µs a row": round(contender.final_fit.microseconds_a_row, 2),
        "kB": round(contender.final_fit.size / 1000),
        "note": contender.note,
    }


def _likeness(contender: "Contender") -> str:
    p = contender.versus_best.p_value
    same = contender.is_as_good_as_the_best
    return f"indistinguishable (p {p:.2f})" if same else f"no (p {p:.3f})"
