"""Figures of tuning: the search, the confirmation, the threshold and the test split."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.tuning.confirmation import AVERAGE_PRECISION
from foundation.hidden_modules import hide_modules
from fraud.data.arrays import Floats
from fraud.metrics.costs import Costs, cost_curve
from fraud.metrics.evaluation import EvaluationRows
from plots.evaluation_plots import evaluation_plots
from plots.tuning_plots import (
    calibration_before_after_plot,
    confirmation_plot,
    search_history_plot,
    threshold_plot,
)

if TYPE_CHECKING:
    import optuna
    from matplotlib.figure import Figure

    from experiments.search.trials import FinishedTrial
    from experiments.tuning.confirmation import Confirmation
    from experiments.tuning.params import TuneParams
    from experiments.tuning.winner import Winner

RULE_LABELS = {
    "f1": "the best F1",
    "cost": "the lowest cost",
    "capacity": "the review capacity",
    "precision": "the target precision",
}
# Plotly loads nbformat, and that this module, which compiles a grammar for two seconds, to check a
# kind of address that figures do not contain. A test fails once Plotly no longer does.
UNNEEDED = ("rfc3987_syntax",)
MAX_POINTS = 2000  # of a threshold curve: enough for a smooth line


def tuning_plots(
    trials: "Sequence[FinishedTrial]",
    confirmation: "Confirmation",
    winner: "Winner",
    params: "TuneParams",
) -> "dict[str, Figure]":
    """Draw the figures of a search, by name."""
    confirmed = confirmation.confirmed
    figures = {
        "search": search_history_plot(
            [trial.value for trial in trials],
            [trial.state for trial in trials],
            [trial.algorithm for trial in trials],
        ),
        "confirmation": confirmation_plot(
            {
                each.name: each.finalist.search_score
                for each in confirmed
                if each.finalist.search_score is not None
            },
            {each.name: each.metrics[AVERAGE_PRECISION] for each in confirmed},
            taken=confirmation.winner.name,
        ),
        "threshold": _threshold(confirmation, winner, params),
    }
    if params.calibration != "none":
        figures["calibration_before_after"] = calibration_before_after_plot(
            winner.test_set.labels, winner.uncalibrated_test_scores, winner.test_scores
        )
    test = evaluation_plots(
        winner.test_set.labels, winner.test_scores, threshold=winner.threshold, metrics=winner.test
    )
    return figures | {f"test_{name}": figure for name, figure in test.items()}


def optuna_plots(study: "optuna.Study", algorithm: str, names: Sequence[str]) -> dict[str, Any]:
    """Draw Optuna's plots for the trials of one algorithm; `names` are its hyperparameters.

    A plot that needs more completed trials than there are is left out.
    """
    with hide_modules(*UNNEEDED):
        from optuna import visualization
        from plotly.io import renderers  # noqa: F401 (loaded later otherwise, when one is shown)

    names = [f"{algorithm}.{name}" for name in names]
    study = _of_algorithm(study, names)
    figures = {"parallel_coordinate": visualization.plot_parallel_coordinate(study, names)}
    figures["slice"] = visualization.plot_slice(study, names)
    if sum(trial.state.name == "COMPLETE" for trial in study.trials) > 1:
        figures["importances"] = visualization.plot_param_importances(study, params=names)
    return figures


def _of_algorithm(study: "optuna.Study", names: Sequence[str]) -> "optuna.Study":
    """Return a study in memory of the trials that have one of these parameters."""
    import optuna

    from experiments.search.optuna_log import silence_new_studies

    silence_new_studies()
    kept = optuna.create_study(direction="maximize")
    kept.add_trials([trial for trial in study.trials if trial.params.keys() & set(names)])
    return kept


def _threshold(confirmation: "Confirmation", winner: "Winner", params: "TuneParams") -> "Figure":
    rows, scores = confirmation.rows, winner.out_of_fold_scores
    thresholds, precision, recall, cost = threshold_curves(rows, scores, params.costs)
    return threshold_plot(
        thresholds,
        precision,
        recall,
        cost_per_1000=cost,
        chosen=winner.threshold,
        rule=RULE_LABELS[params.threshold_rule],
    )


def threshold_curves(
    rows: EvaluationRows, scores: Floats, costs: Costs
) -> tuple[Floats, Floats, Floats, Floats | None]:
    """Return thresholds, and the precision, recall and cost per 1,000 transactions at each.

    Rows without amounts have no cost.
    """
    thresholds, cost = np.unique(scores), None
    if rows.amounts is not None:
        cost = cost_curve(rows.labels, scores, rows.amounts, costs).cost[:-1]  # without the last,
        # which flags nothing
    ordered, frauds = np.sort(scores), np.sort(scores[rows.labels == 1])
    flagged = len(ordered) - np.searchsorted(ordered, thresholds)
    caught = len(frauds) - np.searchsorted(frauds, thresholds)
    # Every threshold among the highest scores, where the frauds are; a sample of all others.
    spread = np.linspace(0, len(thresholds) - 1, MAX_POINTS).astype(int)
    chosen = np.unique(np.r_[spread, np.arange(len(thresholds))[-MAX_POINTS:]])
    return (
        thresholds[chosen],
        (caught / flagged)[chosen],
        (caught / len(frauds))[chosen],
        None if cost is None else cost[chosen],
    )
