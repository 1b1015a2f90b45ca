"""Leaderboard: the contenders of a comparison ranked, as a table and as a sentence."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fraud.metrics.evaluation import COST
from fraud.metrics.formatting import interval
from fraud.metrics.names import metric_name

if TYPE_CHECKING:
    import polars as pl

    from experiments.comparison.contender import Contender

AVERAGE_PRECISION = "average_precision"
# The metrics of the table, and the decimals of each.
DECIMALS = {
    AVERAGE_PRECISION: 3, "roc_auc": 3, "recall_at_1pct_fpr": 3, "recall_at_01pct_fpr": 3,
    "precision_at_k": 3, COST: 1, "brier": 5, "calibration_error": 4,
}  # fmt: skip


def leaderboard_table(contenders: Sequence["Contender"]) -> "pl.DataFrame":
    """Return one row a contender: each metric with its 95 % interval, and the model's costs.

    Metrics that the rows do not allow are left out.
    """
    import polars as pl

    return pl.DataFrame([_row(rank, each) for rank, each in enumerate(contenders, start=1)])


def verdict(contenders: Sequence["Contender"]) -> str:
    """Return a sentence on the best contender, and the contenders indistinguishable from it."""
    best, *others = contenders
    score, name = interval(best.metrics[AVERAGE_PRECISION]), metric_name(AVERAGE_PRECISION)
    same = [each.name for each in others if each.is_as_good_as_the_best]
    if not others:
        return f"{best.name} has an {name} of {score}; nothing was compared with it."
    if not same:
        return f"{best.name} is best, with an {name} of {score}: beyond chance."
    listed = " and ".join([", ".join(same[:-1]), same[-1]] if len(same) > 1 else same)
    return (
        f"{best.name} has the highest {name}, {score}, but these rows cannot tell it from {listed}."
    )


def _row(rank: int, contender: "Contender") -> dict[str, Any]:
    metrics = {
        metric_name(metric): interval(contender.metrics[metric], decimals)
        for metric, decimals in DECIMALS.items()
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
