"""Tuning plots: they show every trial, the best so far, and what was chosen, as they were given."""

import numpy as np
import pytest

from fakes.processes.figure_text import drawn_values, is_written, points, require_readable, written
from fraud.metrics.estimates import Estimate
from plots.layout.canvas import png
from plots.tuning_plots import (
    calibration_before_after_plot,
    confirmation_plot,
    search_history_plot,
    threshold_plot,
)

LONG = "a candidate whose name lists each of its hyperparameters with every digit "
VALUES = [0.5, 0.7, None, 0.6, 0.8]
STATES = ["COMPLETE", "COMPLETE", "FAIL", "PRUNED", "COMPLETE"]
ALGORITHMS = ["forest", "xgboost", "forest", "xgboost", "forest"]


def test_the_line_is_the_best_of_the_trials_finished_so_far() -> None:
    states = ["COMPLETE", "PRUNED", "COMPLETE", "COMPLETE", "COMPLETE"]
    figure = search_history_plot([0.5, 0.9, 0.7, 0.6, 0.8], states, ALGORITHMS)
    best = [value for _, value in points(figure.axes[0], "best so far")]
    assert best == [0.5, 0.5, 0.7, 0.7, 0.8]


def test_where_smaller_is_better_the_line_goes_down() -> None:
    figure = search_history_plot(
        [3.0, 5.0, 2.0], ["complete"] * 3, ["a"] * 3, metric="brier", smaller_is_better=True
    )
    assert [value for _, value in points(figure.axes[0], "best so far")] == [3.0, 3.0, 2.0]
    assert is_written(figure, "Best of 3 trials: 2, trial 2 (a)")


def test_finished_trials_are_full_and_others_hollow() -> None:
    figure = search_history_plot(VALUES, STATES, ALGORITHMS)
    (axes,) = figure.axes
    assert points(axes, "forest") == [(0, 0.5), (4, 0.8)]
    assert points(axes, "xgboost") == [(1, 0.7)]
    assert points(axes, "xgboost: not finished") == [(3, 0.6)]
    assert is_written(figure, "Best of 5 trials: 0.8, trial 4 (forest); 1 pruned, 1 failed")
    assert [text for text in written(figure) if text in ALGORITHMS] == ["forest", "xgboost"]
    require_readable(figure)


def test_hopeless_trials_do_not_flatten_the_others() -> None:
    values = [0.80, 0.81, 0.82, 0.83, 0.01]
    figure = search_history_plot(values, ["COMPLETE"] * 5, ["a"] * 5)
    low, _ = figure.axes[0].get_ylim()
    assert low > 0.7
    assert points(figure.axes[0], "a")[-1] == (4, low)


@pytest.mark.parametrize(
    ("values", "states"),
    [
        ([], []),
        ([0.5], ["COMPLETE"]),
        ([None, None], ["FAIL", "PRUNED"]),
        ([0.0, 0.0], ["COMPLETE", "RUNNING"]),
        ([float("nan"), float("inf"), 1.0], ["COMPLETE"] * 3),
        ([1e9, -1e9, None, 5.0] * 3, ["COMPLETE"] * 12),
    ],
)
def test_any_search_can_be_read(values: list[float | None], states: list[str]) -> None:
    names = [f"{LONG}{place}" for place in range(len(values))]
    require_readable(search_history_plot(values, states, names))


def test_what_the_search_promised_is_set_against_what_was_confirmed() -> None:
    search = {"a": 0.871, "b": 0.868}
    confirmed = {"a": Estimate(0.846, 0.80, 0.88), "b": Estimate(0.851, 0.81, 0.89)}
    figure = confirmation_plot(search, confirmed)
    assert is_written(
        figure, "a won the search with 0.871; confirmed, b leads: 0.851 (0.810–0.890)"
    )
    assert drawn_values(figure.axes[0]) == [(0.851, 0), (0.868, 0), (0.846, 1), (0.871, 1)]
    assert "0.871 → 0.846 (0.800–0.880)" in written(figure)


def test_a_leader_that_stays_one_is_said_to() -> None:
    figure = confirmation_plot({"a": 0.9}, {"a": Estimate(0.9, 0.9, 0.9)})
    assert is_written(figure, "a won the search with 0.900; confirmed, it still leads")
    require_readable(figure)


def test_what_was_not_in_the_search_is_drawn_as_it_was_confirmed() -> None:
    confirmed = {"a": Estimate(0.846, 0.80, 0.88), "blend": Estimate(0.851, 0.81, 0.89)}
    figure = confirmation_plot({"a": 0.871}, confirmed)
    assert is_written(figure, "a won the search with 0.871; confirmed, blend leads: 0.851")
    assert drawn_values(figure.axes[0]) == [(0.851, 0), (0.846, 1), (0.871, 1)]
    assert "0.851 (0.810–0.890)" in written(figure)
    require_readable(figure)


def test_what_was_taken_is_named_though_another_leads() -> None:
    confirmed = {"a": Estimate(0.852, 0.80, 0.88), "blend": Estimate(0.851, 0.81, 0.89)}
    figure = confirmation_plot({"a": 0.871}, confirmed, taken="blend")
    assert is_written(figure, "it still leads: 0.852 (0.800–0.880); blend was taken")
    require_readable(figure)
    assert not is_written(confirmation_plot({"a": 0.871}, confirmed, taken="a"), "was taken")


@pytest.mark.parametrize("scale", [1e-6, 1, 1e9])
def test_any_candidates_can_be_read(scale: float) -> None:
    names = [f"{LONG}{place}" for place in range(8)]
    confirmed = {
        n: Estimate(k * scale, (k - 1) * scale, (k + 2) * scale) for k, n in enumerate(names)
    }
    require_readable(confirmation_plot(dict.fromkeys(names, 9 * scale), confirmed))


def test_what_holds_at_the_chosen_threshold_is_said_and_marked() -> None:
    thresholds = np.array([0.1, 0.4, 0.9])
    figure = threshold_plot(
        thresholds, np.array([0.2, 0.5, 1.0]), np.array([1.0, 0.8, 0.3]),
        cost_per_1000=np.array([50.0, 20.0, 70.0]), chosen=0.3, rule="lowest cost",
    )  # fmt: skip
    # Between two scores, the alerts are those of the higher one.
    assert is_written(
        figure,
        "Lowest cost chooses 0.3: precision 50.0%, recall 80.0%, cost 20 per 1,000 transactions",
    )
    main, strip = figure.axes
    marked = np.log(0.3 / 0.7)
    np.testing.assert_allclose(drawn_values(main), [(marked, 0.5), (marked, 0.8)])
    np.testing.assert_allclose(drawn_values(strip), [(marked, 20.0)])
    require_readable(figure)


@pytest.mark.parametrize(
    ("thresholds", "chosen"), [([0.5], 0.999), ([0.0, 1.0], 0.0), ([1.0, 0.5, 0.2], 1.0)]
)
@pytest.mark.parametrize("cost", [0.0, 1e9])
def test_any_thresholds_can_be_read(thresholds: list[float], chosen: float, cost: float) -> None:
    same = np.full(len(thresholds), 0.4)
    figure = threshold_plot(
        np.array(thresholds), same, same, cost_per_1000=same * cost, chosen=chosen, rule=LONG
    )
    require_readable(figure)


def test_frauds_promised_before_and_after_calibration_are_counted() -> None:
    labels = np.array([0, 0, 0, 1], dtype=np.int8)
    before, after = np.array([0.5, 0.5, 1.0, 1.0]), np.array([0.1, 0.1, 0.1, 0.7])
    figure = calibration_before_after_plot(labels, before, after)
    assert is_written(figure, "3 frauds were promised before, 1 after; in truth 1 fraud")
    assert "Brier score 0.375" in written(figure)
    assert "Brier score 0.03" in written(figure)
    require_readable(figure)


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_calibration_of_equal_scores_can_be_read(value: float) -> None:
    labels, scores = np.array([0, 0, 1], dtype=np.int8), np.full(3, value)
    require_readable(calibration_before_after_plot(labels, scores, scores))


def test_equal_input_gives_equal_bytes() -> None:
    one, other = (search_history_plot(VALUES, STATES, ALGORITHMS) for _ in range(2))
    assert png(one) == png(other)
