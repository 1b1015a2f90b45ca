"""A calibration line joins the bins in which some were fraud; none and all stand beside it."""

import numpy as np
import pytest
from matplotlib.axes import Axes

from fakes.processes.figure_text import points, require_readable, written
from plots.calibration_lines import draw_calibration, format_calibration_axes
from plots.evaluation_plots import ENDS, ScoreBins, score_position
from plots.layout.canvas import STYLES, Frame, framed_canvas

BINS = ScoreBins(
    mean_score=np.array([0.001, 0.1, 0.5, 0.99]),
    fraud_share=np.array([0.0, 0.2, 0.6, 1.0]),
    rows=np.array([900, 50, 20, 10]),
)


@pytest.fixture
def axes() -> Axes:
    return framed_canvas("Calibration", "", Frame())[1]


def test_a_line_goes_through_the_share_that_was_fraud_at_each_mean_score(axes: Axes) -> None:
    draw_calibration(axes, BINS, STYLES[0], "xgboost")
    expected = score_position(np.array([[0.1, 0.2], [0.5, 0.6]]))
    np.testing.assert_allclose(points(axes, "xgboost"), expected)


def test_bins_of_none_and_of_all_are_hollow_and_at_the_edge(axes: Axes) -> None:
    draw_calibration(axes, BINS, STYLES[0], "xgboost")
    edges = points(axes, "xgboost: none or all")
    assert [height for _, height in edges] == list(ENDS)
    [hollow] = [line for line in axes.lines if line.get_label() == "xgboost: none or all"]
    assert hollow.get_markerfacecolor() == "white"


def test_intervals_are_drawn_where_they_are_asked_for(axes: Axes) -> None:
    draw_calibration(axes, BINS, STYLES[0], "xgboost")
    assert not axes.collections
    draw_calibration(axes, BINS, STYLES[1], "lightgbm", intervals=True)
    segments = axes.collections[0].get_segments()
    assert len(segments) == 4
    for (low, high), share in zip(segments, score_position(BINS.fraud_share), strict=True):
        assert low[1] <= share <= high[1]


def test_what_is_ideal_is_drawn_and_explained(axes: Axes) -> None:
    format_calibration_axes(axes)
    [ideal] = axes.lines
    assert np.array_equal(ideal.get_xdata(), ideal.get_ydata())
    figure = axes.get_figure()
    assert "0.001" in written(figure)
    assert any("means what it says" in text for text in written(figure))
    require_readable(figure)
