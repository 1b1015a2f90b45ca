"""Tuning pictures: the search, what became of its best, and the choice of a threshold."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.confirming import AVERAGE_PRECISION
from figures.evaluation_plots import evaluation_plots
from figures.tuning_plots import (
    calibration_before_after_plot,
    confirmation_plot,
    search_history_plot,
    threshold_plot,
)
from fraud.costs import Costs, cost_curve
from fraud.judging import Floats, Rows

if TYPE_CHECKING:
    import optuna
    from matplotlib.figure import Figure

    from experiments.tuned import Tuned

RULE_WORDS = {
    "f1": "the best F1",
    "cost": "the lowest cost",
    "capacity": "the review capacity",
    "precision": "the target precision",
}
MOST_POINTS = 2000  # of a threshold curve: a line on any screen


def tuning_plots(tuned: "Tuned") -> "dict[str, Figure]":
    """Draw each figure, by file name without its ending."""
    won, confirmed = tuned.winner, tuned.confirmation.confirmed
    drawn = {
        "search": search_history_plot(
            [trial.value for trial in tuned.trials],
            [trial.state for trial in tuned.trials],
            [trial.algorithm for trial in tuned.trials],
        ),
        "confirmation": confirmation_plot(
            {
                each.name: each.contender.search_score
                for each in confirmed
                if each.contender.search_score is not None
            },
            {each.name: each.metrics[AVERAGE_PRECISION] for each in confirmed},
            taken=tuned.confirmation.winner.name,
        ),
        "threshold": _threshold(tuned),
    }
    if tuned.params.calibration != "none":
        drawn["calibration_before_after"] = calibration_before_after_plot(
            won.test_rows.labels, won.uncalibrated_test_scores, won.test_scores
        )
    test = evaluation_plots(
        won.test_rows.labels, won.test_scores, threshold=won.threshold, metrics=won.test
    )
    return drawn | {f"test_{name}": figure for name, figure in test.items()}


def optuna_plots(tuned: "Tuned") -> dict[str, Any]:
    """Optuna's own view of the trials of the winning algorithm; hovering tells more.

    Of a blend, it is that of its first member. What needs more trials than were completed is left
    out.
    """
    from optuna import visualization

    algorithm = tuned.confirmation.winner.contender.trials[0].algorithm
    names = [f"{algorithm}.{name}" for name in tuned.params.space().ranges[algorithm]]
    study = _of_algorithm(tuned.optuna_study, names)
    drawn = {"parallel_coordinate": visualization.plot_parallel_coordinate(study, names)}
    drawn["slice"] = visualization.plot_slice(study, names)
    if sum(trial.state.name == "COMPLETE" for trial in study.trials) > 1:
        drawn["importances"] = visualization.plot_param_importances(study, params=names)
    return drawn


def _of_algorithm(study: "optuna.Study", names: Sequence[str]) -> "optuna.Study":
    """The trials that have one of these parameters: those of one algorithm."""
    import optuna

    kept = optuna.create_study(direction="maximize")
    kept.add_trials([trial for trial in study.trials if trial.params.keys() & set(names)])
    return kept


def _threshold(tuned: "Tuned") -> "Figure":
    rows, scores = tuned.confirmation.rows, tuned.winner.unseen
    places, precision, recall, cost = threshold_curves(rows, scores, tuned.params.costs)
    return threshold_plot(
        places,
        precision,
        recall,
        cost_per_1000=cost,
        chosen=tuned.winner.threshold,
        rule=RULE_WORDS[tuned.params.threshold_rule],
    )


def threshold_curves(
    rows: Rows, scores: Floats, costs: Costs
) -> tuple[Floats, Floats, Floats, Floats]:
    """Thresholds, and the precision, recall and cost per 1,000 transactions at each."""
    curve = cost_curve(rows.labels, scores, rows.amounts, costs)
    places, cost = curve.thresholds[:-1], curve.cost[:-1]  # the last flags nothing
    ordered, frauds = np.sort(scores), np.sort(scores[rows.labels == 1])
    flagged = len(ordered) - np.searchsorted(ordered, places)
    caught = len(frauds) - np.searchsorted(frauds, places)
    # Where frauds are, every step counts; among millions of low scores a few will do.
    spread = np.linspace(0, len(places) - 1, MOST_POINTS).astype(int)
    chosen = np.unique(np.r_[spread, np.arange(len(places))[-MOST_POINTS:]])
    return places[chosen], (caught / flagged)[chosen], (caught / len(frauds))[chosen], cost[chosen]
