"""A canvas has a title, a finding that is wrapped, and styles that tell eight models apart."""

import pytest

from fakes.processes.figure_text import drawn_values, is_written, require_readable, written
from plots.layout.canvas import (
    STYLES,
    Frame,
    add_strip,
    canvas,
    canvas_with_strip,
    format_as_percent,
    framed_canvas,
    mark,
    png,
    styles,
)


def test_eight_models_have_eight_colours_lines_and_markers() -> None:
    drawn = styles(f"model {place}" for place in range(10))
    for kind in ("colour", "line", "marker"):
        assert len({getattr(style, kind) for style in STYLES}) == 8
    assert drawn["model 8"] == drawn["model 0"]


def test_dollars_in_a_title_are_not_a_formula() -> None:
    figure, _ = framed_canvas("costs $1_a^ or $2", r"from $\bad{ to $3", Frame())
    require_readable(figure)


def test_a_finding_that_is_too_long_for_a_line_makes_the_figure_higher() -> None:
    short, _ = framed_canvas("Title", "one line", Frame())
    long, axes = framed_canvas("Title", "a finding of many words " * 6, Frame())
    assert long.get_size_inches()[1] > short.get_size_inches()[1]
    assert axes.bbox.height / long.dpi == pytest.approx(Frame().height)
    require_readable(long)


def test_a_strip_stands_under_the_axes_and_shares_their_scale() -> None:
    figure, main = framed_canvas("Title", "finding", Frame(bottom=1.6))
    strip = add_strip(figure, main)
    main.set_xlim(3, 4)
    assert strip.get_xlim() == (3, 4)
    assert strip.get_position().y1 < main.get_position().y0
    require_readable(figure)


def test_two_panels_share_their_horizontal_axis() -> None:
    figure, main, strip = canvas_with_strip("Title", "finding")
    main.set_xlim(3, 4)
    assert strip.get_xlim() == (3, 4)
    assert {"Title\n", "finding"} <= set(written(figure))


def test_equal_figures_are_equal_bytes() -> None:
    first, second = (png(canvas("Title", "finding")[0]) for _ in range(2))
    assert first == second
    assert first.startswith(b"\x89PNG")
    assert first != png(canvas("Title", "another")[0])


def test_shares_are_written_in_percent() -> None:
    figure, axes = canvas("Title", "finding")
    axes.set(ylim=(0, 1))
    format_as_percent(axes.yaxis)
    assert {"0%", "100%"} <= set(written(figure))


def test_a_marked_point_is_drawn_where_it_is_and_named() -> None:
    figure, axes = canvas("Title", "finding")
    mark(axes, (0.25, 0.75), "threshold 0.5")
    assert drawn_values(axes) == [(0.25, 0.75)]
    assert is_written(figure, "threshold 0.5")
