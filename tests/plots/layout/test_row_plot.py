"""One row a thing: its name at the left, its interval or bar, and its numbers at the right."""

from itertools import pairwise

import pytest
from matplotlib.colors import to_rgba

from fakes.processes.figure_text import drawn_values, is_written, require_readable, written
from fraud.metrics.estimates import Estimate
from plots.layout.canvas import BLUE, VERMILION
from plots.layout.row_plot import Row, draw_bars, draw_interval, draw_limit, rows_canvas

ROWS = [Row("xgboost", "0.81", "best", strong=True), Row("forest", "0.70"), Row("network", "0.65")]


def test_the_first_row_is_on_top_and_its_numbers_stand_at_the_right() -> None:
    figure, axes = rows_canvas("Title", "finding", ROWS)
    assert {"xgboost", "forest", "network", "0.81", "0.70", "best"} <= set(written(figure))
    boxes = [label.get_window_extent() for label in axes.get_yticklabels()]
    assert all(upper.y0 > lower.y0 for upper, lower in pairwise(boxes))
    require_readable(figure)


def test_a_strong_row_is_bold() -> None:
    _, axes = rows_canvas("Title", "finding", ROWS)
    weights = [label.get_fontweight() for label in axes.get_yticklabels()]
    assert weights == ["bold", "normal", "normal"]


@pytest.mark.parametrize("many", [1, 3, 8])
def test_a_figure_is_as_high_as_its_rows_are_many(many: int) -> None:
    long = "a name longer than its room at the left"
    figure, axes = rows_canvas("Title", "finding", [Row(f"{long} {n}") for n in range(many)])
    assert axes.bbox.height / figure.dpi == pytest.approx(0.31 * max(many, 2) + 0.1)
    require_readable(figure)


def test_an_estimate_is_a_point_on_its_interval_hollow_where_it_is_not_sure() -> None:
    _, axes = rows_canvas("Title", "finding", ROWS)
    draw_interval(axes, 0, Estimate(0.8, 0.7, 0.9), colour=BLUE, sure=True)
    draw_interval(axes, 1, Estimate(0.6, 0.5, 0.7), colour=BLUE, sure=False)
    assert drawn_values(axes) == [(0.8, 0), (0.6, 1)]
    assert [line.get_markerfacecolor() for line in axes.lines] == [BLUE, "white"]
    spans = [collection.get_segments()[0][:, 0].tolist() for collection in axes.collections]
    assert spans == [[0.7, 0.9], [0.5, 0.7]]


def test_bars_that_reach_the_limit_stand_out_and_the_limit_is_explained() -> None:
    figure, axes = rows_canvas("Title", "finding", ROWS)
    draw_bars(axes, [0.5, 0.75, 1.0], start=0.25, limit=0.75)
    draw_limit(axes, 0.75, "look here")
    bars = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in axes.patches]
    assert bars == [(0.25, 0.5), (0.25, 0.75), (0.25, 1.0)]
    first, *reached = [bar.get_facecolor() for bar in axes.patches]
    assert (first, reached) == (to_rgba(BLUE), [to_rgba(VERMILION)] * 2)
    assert is_written(figure, "look here")
