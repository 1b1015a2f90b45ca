"""Reading: what a person sees on a figure, and what stands in the way of reading it."""

import warnings
from itertools import combinations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from plots.layout.canvas import png

TOUCHING = 1.0  # pixels that two texts may share: their boxes are wider than their letters


def written(figure: Figure) -> list[str]:
    """List every text on a figure."""
    figure.draw_without_rendering()
    return [text.get_text() for text, _ in _placed(figure)]


def is_written(figure: Figure, part: str) -> bool:
    return any(part in text for text in written(figure))


def points(axes: Axes, label: str) -> list[tuple[float, float]]:
    """List the points of the line of that name."""
    line = next(line for line in axes.lines if line.get_label() == label)
    return [(float(x), float(y)) for x, y in np.asarray(line.get_xydata())]


def drawn_values(axes: Axes) -> list[tuple[float, float]]:
    """List the places of all single points."""
    return [
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]))
        for line in axes.lines
        if len(line.get_xdata()) == 1
    ]


def require_readable(figure: Figure) -> None:
    """Draw a figure without a warning, every text inside it and none over another."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert png(figure).startswith(b"\x89PNG\r\n\x1a\n")
    require_inside(figure)
    placed = _placed(figure)
    for (one, box), (other, its) in combinations(placed, 2):
        assert not _meet(box, its), f"{one.get_text()!r} is on {other.get_text()!r}"


def require_inside(figure: Figure) -> None:
    """Require that no text reaches beyond the edge of a figure."""
    figure.draw_without_rendering()
    for text, box in _placed(figure):
        inside = box.x0 >= 0 and box.y0 >= 0
        inside = inside and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1
        assert inside, f"{text.get_text()!r} is cut off at the edge of the figure"


def require_whole(figure: Figure) -> None:
    """Require that the limits of every axes hold each interval and each single point on it."""
    figure.draw_without_rendering()
    for axes in figure.axes:
        ends = [
            np.concatenate(drawn.get_segments())
            for drawn in axes.collections
            if isinstance(drawn, LineCollection) and drawn.get_segments()
        ]
        placed = np.concatenate([np.empty((0, 2)), *ends, drawn_values(axes) or np.empty((0, 2))])
        for values, limits in zip(placed.T, (axes.get_xlim(), axes.get_ylim()), strict=True):
            room = 1e-9 * abs(limits[1] - limits[0])
            cut = values[(values < min(limits) - room) | (values > max(limits) + room)]
            assert not len(cut), f"{cut} is beyond {limits} of {axes.get_xlabel()!r}"


def _meet(one: Bbox, other: Bbox) -> bool:
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    up = min(one.y1, other.y1) - max(one.y0, other.y0)
    return bool(across > TOUCHING and up > TOUCHING)


def _placed(figure: Figure) -> list[tuple[Text, Bbox]]:
    """List every text on a figure that was drawn, with its place in pixels."""
    hidden = {id(label) for axes in figure.axes for label in _outside(axes)}
    return [
        (text, text.get_window_extent())
        for text in figure.findobj(Text)
        if isinstance(text, Text)
        and text.get_visible()
        and text.get_text().strip()
        and id(text) not in hidden
    ]


def _outside(axes: Axes) -> list[Text]:
    """Find the labels of ticks that are not shown: beyond the ends of an axis, or switched off."""
    return [*_hidden_of(axes, axes.xaxis, 0), *_hidden_of(axes, axes.yaxis, 1)]


def _hidden_of(axes: Axes, axis: Axis, place: int) -> list[Text]:
    low, high = sorted(axis.get_view_interval())
    room = 1e-9 * (high - low)
    return [
        label
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks())
        for label in (tick.label1, tick.label2)
        if not axes.axison or not low - room <= label.get_position()[place] <= high + room
    ]
