"""Verdict of a search: the winner, its scores, what is doubtful of it, and what is left out."""

from typing import TYPE_CHECKING

from experiments.tuning.confirmation import AVERAGE_PRECISION
from foundation.wording import counted
from fraud.metrics.evaluation import not_measured, small_days
from fraud.metrics.formatting import interval
from fraud.metrics.names import metric_name

if TYPE_CHECKING:
    from catalog.prepared_data import Manifest
    from experiments.evaluation.production_floors import ProductionFloors
    from experiments.tuning.confirmation import Confirmation
    from experiments.tuning.params import TuneParams
    from experiments.tuning.winner import Winner

MANY_FLAGGED = 0.2  # of all rows: no team reviews so many
TOLERANCE = 1.1  # of the seconds that were asked for


def verdict(
    params: "TuneParams",
    confirmation: "Confirmation",
    winner: "Winner",
    manifest: "Manifest",
    floors: "ProductionFloors",
    *,
    took: float,
) -> str:
    """Return the verdict as sentences; `took` is the seconds of the whole."""
    name, labels = confirmation.winner.name, winner.test_set.labels
    sentences = [
        _winner(confirmation, winner),
        *_many_flagged(params, winner),
        *_cut_short(params, confirmation, winner),
        *_overrun(params.seconds, took),
        *floors.warnings(name, winner.test, labels, rows="the test rows"),
        *not_measured(manifest.roles, data=manifest.data),
        *small_days(winner.test_set.rows, params.alerts_per_day),
    ]
    return " ".join(sentences)


def _winner(confirmation: "Confirmation", winner: "Winner") -> str:
    won, best = confirmation.winner, confirmation.best
    searched = won.finalist.search_score
    promised = "" if searched is None else f"{searched:.3f} in the search, "
    confirmed = interval(won.metrics[AVERAGE_PRECISION])
    test, labels = interval(winner.test[AVERAGE_PRECISION]), winner.test_set.labels
    among = (
        f"the best of {len(confirmation.confirmed)} there: still a little lucky"
        if won is best
        else f"{best.name}, with {best.score:.3f}, is not better beyond chance"
    )
    return (
        f"{won.name} won: {metric_name(AVERAGE_PRECISION)} {promised}{confirmed} on folds that "
        f"the search never saw ({among}). On the {len(labels):,} test rows, "
        f"{int(labels.sum())} of them fraud, it is {test}."
    )


def _many_flagged(params: "TuneParams", winner: "Winner") -> list[str]:
    """Return a doubt where the threshold flags more rows than anybody reviews."""
    share = float((winner.test_scores >= winner.threshold).mean())
    if share <= MANY_FLAGGED:
        return []
    doubt = f"Doubtful: at its threshold, {share:.0%} of the test rows are flagged."
    if params.threshold_rule != "cost":
        return [doubt]
    cost = f"{params.review_cost:g}"
    return [f"{doubt} Is review_cost, {cost}, in the unit of the amounts, or are these cents?"]


def _cut_short(params: "TuneParams", confirmation: "Confirmation", winner: "Winner") -> list[str]:
    """Return what the seconds did not suffice for."""
    left_out, bags = confirmation.left_out, winner.spec.recipe.bags
    parts = []
    if left_out:
        finalists = left_out + len(confirmation.confirmed)
        parts.append(f"{left_out} of {finalists} finalists were not confirmed")
    if bags < params.bags:
        parts.append(f"the winner has {counted(bags, 'bag')} instead of {params.bags}")
    return [f"In {params.seconds} s, {' and '.join(parts)}."] if parts else []


def _overrun(seconds: int, took: float) -> list[str]:
    """Return that the search took longer than it was asked to."""
    if not seconds or took <= TOLERANCE * seconds:
        return []
    return [
        f"It took {took:.0f} s instead of {seconds}: on this machine, one model in each part "
        "takes longer than that."
    ]
