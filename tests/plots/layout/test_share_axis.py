"""An axis of shares is linear where it can be, and holds every interval where it cannot."""

import numpy as np
import pytest

from fakes.processes.figure_text import require_readable
from plots.layout.canvas import Frame, framed_canvas
from plots.layout.share_axis import fit_shares, round_up


@pytest.mark.parametrize("name", ["xaxis", "yaxis"])
@pytest.mark.parametrize(
    ("ends", "added"),
    [
        ([0.01, 0.02, 0.05], ""),
        ([0.0079, 0.0081, 0.0083, 0.66], " (log scale above 1%)"),
        ([2e-6, 2e-6, 3e-6, 1.0], " (log scale above 0.0005%)"),
        ([], ""),
        ([0.0, 0.0], ""),
    ],
)
def test_every_end_is_on_the_axis_and_the_scale_is_named(
    name: str, ends: list[float], added: str
) -> None:
    figure, axes = framed_canvas("Shares", "finding", Frame())
    axis = getattr(axes, name)
    assert fit_shares(axis, ends) == added
    low, high = axis.get_view_interval()
    assert low == 0
    assert max(ends, default=0.0) < high
    assert (axis.get_scale() == "symlog") == bool(added)
    require_readable(figure)


def test_typical_ends_take_much_of_an_uneven_axis() -> None:
    _, axes = framed_canvas("Shares", "finding", Frame())
    fit_shares(axes.xaxis, [0.008, 0.009, 0.01, 0.7])
    places = axes.transAxes.inverted().transform(axes.transData.transform([[0.01, 0], [0.7, 0]]))
    typical, highest = places[:, 0]
    assert 0.4 < typical < highest < 1


def test_numbers_are_rounded_up_to_one_two_five_or_ten() -> None:
    rounded = [round_up(share) for share in (0.01, 0.011, 0.03, 0.06, 0.5, 1.0)]
    np.testing.assert_allclose(rounded, [0.01, 0.02, 0.05, 0.1, 0.5, 1.0])
