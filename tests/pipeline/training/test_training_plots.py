"""Training plots show every curve and the kept round of each, and can be read."""

import pytest

from fakes.processes.figure_text import drawn_values, is_written, require_readable
from pipeline.training.training_plots import importance_plot, learning_curve_plots

SHORT, LONG = [0.1, 0.5, 0.4], [0.2, 0.3, 0.35, 0.6, 0.55]


def test_a_single_model_has_one_curve_with_the_kept_round() -> None:
    [figure] = learning_curve_plots({"xgboost": [SHORT]}, kept=[2])
    require_readable(figure)
    assert is_written(figure, "after each of 3 iterations")
    assert is_written(figure, "kept 2: 0.500")
    assert drawn_values(figure.axes[0]) == [(2, 0.5)]


def test_every_bag_has_a_curve_an_entry_and_its_kept_round() -> None:
    [figure] = learning_curve_plots({"xgboost": [SHORT, LONG]}, kept=[2, 4])
    require_readable(figure)
    assert [len(line.get_xdata()) for line in figure.axes[0].lines] == [3, 1, 5, 1]
    assert drawn_values(figure.axes[0]) == [(2, 0.5), (4, 0.6)]
    assert is_written(figure, "bag 2")
    assert is_written(figure, "kept 4: 0.600")


def test_a_blend_has_a_figure_for_each_member() -> None:
    curves = {"xgboost": [SHORT, LONG], "neural_network": [[0.5], LONG]}
    figures = learning_curve_plots(curves, kept=[None, None])
    assert len(figures) == 2
    for figure in figures:
        require_readable(figure)
    assert is_written(figures[1], "Learning curves of neural_network")
    assert is_written(figures[1], "0.500 after 1")


def test_one_curve_of_a_single_blend_has_no_kept_round() -> None:
    for figure in learning_curve_plots({"xgboost": [SHORT], "lightgbm": [[0.5]]}, kept=[None]):
        require_readable(figure)
        assert not is_written(figure, "kept")


@pytest.mark.parametrize("bags", [5, 20])
def test_many_bags_can_still_be_told_apart(bags: int) -> None:
    [figure] = learning_curve_plots({"lightgbm": [LONG] * bags}, kept=[4] * bags)
    require_readable(figure)
    assert is_written(figure, f"bag {bags}")


def test_what_reports_no_round_has_no_figure() -> None:
    assert learning_curve_plots({}, kept=[None]) == []


def test_the_columns_that_matter_most_stand_on_top_with_their_figure() -> None:
    losses = {f"V{n}": 0.01 * n for n in range(1, 20)} | {"useless": -0.002}
    figure = importance_plot(losses, rows="out-of-bag rows")
    require_readable(figure)
    assert is_written(figure, "out-of-bag rows")
    assert is_written(figure, "0.190")
    assert not is_written(figure, "useless")
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names[:2] == ["V19", "V18"]


def test_a_model_that_relies_on_nothing_can_be_drawn() -> None:
    require_readable(importance_plot({"V1": 0.0, "V2": -0.01}, rows="validation rows"))
