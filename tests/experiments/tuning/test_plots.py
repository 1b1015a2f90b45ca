"""A search is drawn: its trials, its best few, its threshold and the test split."""

import numpy as np

from experiments.session import ExperimentSession
from experiments.tuning.plots import MAX_POINTS, UNNEEDED, threshold_curves
from experiments.tuning.result import TuningResult
from fakes.processes.imports import loaded_with
from fraud.metrics.costs import Costs
from fraud.metrics.evaluation import EvaluationRows
from plots.layout.canvas import png

Tuned = tuple[TuningResult, ExperimentSession]


def test_every_picture_can_be_drawn(tuned: Tuned) -> None:
    plots = tuned[0].plots
    assert {"search", "confirmation", "threshold", "calibration_before_after"} <= plots.keys()
    assert all(png(figure).startswith(b"\x89PNG") for figure in plots.values())
    assert tuned[0].optuna_plots().keys() >= {"parallel_coordinate", "slice"}


def test_what_is_hidden_from_plotly_it_would_import() -> None:
    not_imported = set(UNNEEDED) - loaded_with("from plotly.io import renderers", UNNEEDED)
    assert not not_imported, (
        f"Plotly no longer imports {not_imported}: remove them from experiments.tuning.plots, "
        "UNNEEDED"
    )


def test_a_threshold_curve_holds_what_each_threshold_would_have_flagged() -> None:
    rows = EvaluationRows(
        np.array([0, 1, 0, 1]), np.array([5.0, 80.0, 5.0, 20.0]), np.zeros(4, int)
    )
    thresholds, precision, recall, cost = threshold_curves(
        rows, np.array([0.1, 0.9, 0.6, 0.5]), Costs(review=10.0)
    )
    assert thresholds.tolist() == [0.1, 0.5, 0.6, 0.9]
    assert np.allclose(precision, [2 / 4, 2 / 3, 1 / 2, 1])
    assert np.allclose(recall, [1, 1, 1 / 2, 1 / 2])
    assert np.argmin(cost) in (1, 3)


def test_a_threshold_curve_of_many_rows_is_thinned_but_keeps_the_highest_scores() -> None:
    random, count = np.random.default_rng(1), 20_000
    scores = random.random(count)
    labels = (random.random(count) < scores / 50).astype(np.int8)
    rows = EvaluationRows(labels, np.ones(count), np.zeros(count, int))
    thresholds, *curves = threshold_curves(rows, scores, Costs())
    assert len(thresholds) <= 2 * MAX_POINTS
    assert {len(curve) for curve in curves} == {len(thresholds)}
    assert (thresholds[-MAX_POINTS:] == np.sort(scores)[-MAX_POINTS:]).all()
    assert thresholds[0] == scores.min()
