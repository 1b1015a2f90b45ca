"""Comparison plots: they show the numbers they were given, and can be read whatever those are."""

import numpy as np
import pytest

from fakes.processes.figure_text import drawn_values, is_written, points, require_readable, written
from fraud.metrics.estimates import Estimate, precision_recall_curve
from plots.comparison_plots import (
    alerts_per_1000,
    calibration_curves,
    cost_curves,
    difference_plot,
    leaderboard_plot,
    precision_recall_curves,
)
from plots.layout.canvas import png

LONG = "lightgbm on engineered columns, resampled, calibrated and with a name beyond all bounds"
NAMES = (
    "xgboost",
    "lightgbm",
    "forest",
    "regression",
    "network",
    "costs $5 or $6",
    LONG,
    LONG + "!",
)
THREE = {
    "forest": Estimate(0.700, 0.610, 0.790),
    "xgboost": Estimate(0.811, 0.721, 0.886),
    "network": Estimate(0.802, 0.701, 0.873),
}


def estimates(many: int, scale: float = 1.0) -> dict[str, Estimate]:
    values = scale * np.linspace(0.2, 0.9, many)
    return {
        name: Estimate(float(value), float(value) * 0.9, float(value) * 1.05)
        for name, value in zip(NAMES, values, strict=False)
    }


def some_scores(many: int, rows: int = 400) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    random = np.random.default_rng(3)
    labels = (np.arange(rows) % 20 == 0).astype(np.int8)
    scores = {
        name: 1 / (1 + np.exp(4 - (1 + place) * labels - random.normal(size=rows)))
        for place, name in enumerate(NAMES[:many])
    }
    return labels, scores


@pytest.mark.parametrize("many", [1, 2, 8])
@pytest.mark.parametrize("scale", [1e-7, 1.0, 1e9])
def test_any_number_of_models_of_any_size_can_be_read(many: int, scale: float) -> None:
    given = estimates(many, scale)
    require_readable(leaderboard_plot(given, list(given)[1:3], "average_precision"))
    require_readable(difference_plot(given, LONG, "average_precision"))


@pytest.mark.parametrize("many", [1, 2, 8])
def test_curves_of_any_number_of_models_can_be_read(many: int) -> None:
    labels, scores = some_scores(many)
    given = estimates(many)
    require_readable(precision_recall_curves(labels, scores, given))
    require_readable(calibration_curves(labels, scores, given))
    line = (np.array([1000.0, 30.0, 2.0, 0.0]), np.array([900.0, 100.0, 60.0, 80.0]))
    require_readable(cost_curves(dict.fromkeys(given, line), 80.0))


@pytest.mark.parametrize("scores", [np.zeros(20), np.ones(20), np.full(20, 0.5)])
def test_scores_that_are_all_equal_can_be_drawn(scores: np.ndarray) -> None:
    labels = (np.arange(20) == 7).astype(np.int8)
    given = {"constant": Estimate(0.05, 0.05, 0.05)}
    require_readable(precision_recall_curves(labels, {"constant": scores}, given))
    require_readable(calibration_curves(labels, {"constant": scores}, given))


def test_the_best_is_on_top_and_each_point_is_its_estimate() -> None:
    figure = leaderboard_plot(THREE, {"network"}, "average_precision")
    (axes,) = figure.axes
    assert drawn_values(axes) == [(0.811, 0), (0.802, 1), (0.7, 2)]
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "xgboost",
        "network",
        "forest",
    ]
    for told in ("0.811 (0.721–0.886)", "0.802 (0.701–0.873)", "0.700 (0.610–0.790)"):
        assert told in written(figure)
    low, high = axes.collections[0].get_segments()[0][:, 0]
    assert (low, high) == (0.721, 0.886)


def test_where_smaller_is_better_the_smallest_is_on_top() -> None:
    figure = leaderboard_plot(THREE, (), "brier", smaller_is_better=True)
    assert drawn_values(figure.axes[0])[0] == (0.7, 0)


@pytest.mark.parametrize(
    ("same", "told", "marks"),
    [
        ((), "xgboost is best: chance does not explain its lead", ["best"]),
        (("network",), "xgboost leads, but 1 of the other 2 cannot be told", ["best", "≈ best"]),
        (tuple(THREE), "2 of the other 2 cannot be told", ["best", "≈ best", "≈ best"]),
    ],
)
def test_who_may_be_as_good_as_the_best_is_said_in_words(
    same: tuple[str, ...], told: str, marks: list[str]
) -> None:
    figure = leaderboard_plot(THREE, same, "average_precision")
    assert is_written(figure, told)
    assert [text for text in written(figure) if text in ("best", "≈ best")] == marks


def test_a_difference_is_clear_only_where_its_interval_leaves_out_zero() -> None:
    given = {
        "amounts": Estimate(0.03, 0.01, 0.05),
        "hours": Estimate(0.01, -0.01, 0.03),
        "nothing": Estimate(0.0, 0.0, 0.0),
        "fewer": Estimate(-0.02, -0.03, -0.01),
    }
    figure = difference_plot(given, "raw columns", "average_precision")
    assert is_written(figure, "Against raw columns: 1 better, 1 worse, 2 unclear")
    assert is_written(figure, "+0.010 (−0.010 to +0.030)")
    assert [x for x, _ in drawn_values(figure.axes[0])] == [0.03, 0.01, 0.0, -0.02]
    cheaper = difference_plot(given, "raw columns", "cost", smaller_is_better=True)
    rows = [text for text in written(cheaper) if text in ("better", "worse", "unclear")]
    assert rows == ["worse", "unclear", "unclear", "better"]


def test_a_precision_recall_line_is_the_curve_of_its_scores() -> None:
    labels, scores = some_scores(3)
    figure = precision_recall_curves(labels, scores, estimates(3))
    for name, score in scores.items():
        curve = precision_recall_curve(labels, score)
        drawn = np.array(points(figure.axes[0], name))
        np.testing.assert_array_equal(drawn, np.column_stack([curve.recall, curve.precision]))
    assert is_written(figure, "forest has the highest average precision: 0.900 (0.810–0.945)")


def test_the_key_begins_with_the_smallest_calibration_error() -> None:
    labels, scores = some_scores(3)
    figure = calibration_curves(labels, scores, estimates(3, 0.01))
    key = [text for text in written(figure) if text in scores]
    assert key == ["xgboost", "lightgbm", "forest"]
    assert is_written(figure, "xgboost has the smallest calibration error: 0.0020")


def test_a_cost_line_marks_its_lowest_point_and_says_what_is_saved() -> None:
    lines = {
        "forest": (np.array([1000.0, 30.0, 4.0, 0.0]), np.array([900.0, 100.0, 70.0, 80.0])),
        "xgboost": (np.array([1000.0, 20.0, 2.0, 0.0]), np.array([900.0, 90.0, 40.0, 80.0])),
    }
    figure = cost_curves(lines, 80.0)
    (axes,) = figure.axes
    assert set(drawn_values(axes)) == {(2.0, 40.0), (4.0, 70.0)}
    assert points(axes, "xgboost")[:3] == [(1000.0, 900.0), (20.0, 90.0), (2.0, 40.0)]
    assert is_written(figure, "xgboost costs least: 40 per 1,000 transactions, 50% less")
    assert "70 at 4 alerts" in written(figure)


def test_a_model_that_saves_nothing_is_not_praised() -> None:
    line = (np.array([1000.0, 0.0]), np.array([900.0, 80.0]))
    figure = cost_curves({"forest": line}, 80.0)
    assert is_written(figure, "No model costs less than to flag nothing (80)")
    require_readable(cost_curves({"none": (np.array([0.0]), np.array([0.0]))}, 0.0))


def test_alerts_are_the_scores_at_or_above_a_threshold() -> None:
    scores = np.array([0.1, 0.5, 0.5, 0.9])
    thresholds = np.array([0.0, 0.1, 0.5, 0.9, 1.0])
    np.testing.assert_array_equal(alerts_per_1000(scores, thresholds), [1000, 1000, 750, 250, 0])


def test_equal_input_gives_equal_bytes() -> None:
    labels, scores = some_scores(2)
    for draw in (
        lambda: leaderboard_plot(THREE, (), "average_precision"),
        lambda: difference_plot(THREE, "champion", "average_precision"),
        lambda: precision_recall_curves(labels, scores, estimates(2)),
        lambda: calibration_curves(labels, scores, estimates(2)),
    ):
        assert png(draw()) == png(draw())
