"""A legend stands beside the axes, in order, and the names of line ends never meet."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.processes.figure_text import is_written, require_readable
from plots.layout.canvas import DPI, INK, STYLES, canvas
from plots.layout.legend import Entry, LineEnd, canvas_with_legend, label_line_ends, spread_apart


@given(shares=st.lists(st.floats(-1, 2), min_size=1, max_size=8))
def test_places_moved_apart_keep_their_order_and_their_distance(shares: list[float]) -> None:
    moved = spread_apart(np.array(shares), 0.1)
    order = np.argsort(shares, kind="stable")
    assert (np.diff(moved[order]) >= 0.1 - 1e-9).all()
    assert moved.max() <= 1
    assert moved.min() >= -1e-9


def test_places_far_enough_apart_stay() -> None:
    np.testing.assert_array_equal(spread_apart(np.array([0.9, 0.1, 0.5]), 0.1), [0.9, 0.1, 0.5])


ENTRIES = [
    Entry(style, f"model {place}", f"average precision 0.{place}")
    for place, style in enumerate(STYLES)
]


@pytest.mark.parametrize("markers", [False, True])
def test_every_line_is_named_beside_the_axes_the_first_on_top(markers: bool) -> None:
    figure, axes = canvas_with_legend("Title", "finding", ENTRIES, markers=markers)
    figure.draw_without_rendering()
    names = {text.get_text(): text.get_window_extent() for text in figure.texts}
    boxes = [names[entry.name] for entry in ENTRIES]
    assert all(upper.y0 > lower.y0 for upper, lower in pairwise(boxes))
    assert all(box.x0 > axes.bbox.x1 for box in boxes)
    assert all(is_written(figure, entry.detail) for entry in ENTRIES)
    require_readable(figure)


def test_room_for_a_strip_stays_free_under_the_axes() -> None:
    (low, _), (high, _) = (
        (axes.bbox.y0, figure)
        for figure, axes in (
            canvas_with_legend("Title", "finding", ENTRIES, strip=strip) for strip in (0, 1)
        )
    )
    assert high - low == pytest.approx(DPI, rel=0.01)


def test_lines_that_end_together_are_named_apart() -> None:
    figure, axes = canvas("Title", "finding")
    axes.set(ylim=(0, 1))
    ends = [LineEnd(height, f"line {height}", INK) for height in (0.5, 0.501, 0.502)]
    label_line_ends(axes, ends)
    assert all(is_written(figure, end.text) for end in ends)
    boxes = [text.get_window_extent() for text in axes.texts if text.get_text().startswith("line")]
    assert len(boxes) == 3
    assert all(upper.y0 - lower.y1 > -2 for lower, upper in pairwise(boxes))
