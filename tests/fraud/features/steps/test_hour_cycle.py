"""Hour cycle: the time of day on a circle, on which neighbours in time are neighbours."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fakes.data.labelled_rows import COLUMNS, rows_with
from fraud.features.steps.hour_cycle import HourCycle


def test_midnight_lies_where_it_does_on_any_day_and_opposite_noon() -> None:
    train = rows_with(-1, [0, 43_200, 86_400, 21_600])
    points = HourCycle().fit(train).added(train.rows)
    expected = [[0, 1], [0, -1], [0, 1], [1, 0]]
    np.testing.assert_allclose(points, expected, atol=1e-12)


@given(time=st.floats(0, 10 * 86_400), later=st.floats(0, 86_400))
def test_times_are_as_far_apart_as_on_the_clock_whatever_the_day(time: float, later: float) -> None:
    rows = rows_with(-1, [time, time + later]).rows
    here, there = HourCycle().fit(rows_with(-1, [0, 1])).added(rows)
    chord = 2 * np.sin(np.pi * min(later, 86_400 - later) / 86_400)
    np.testing.assert_allclose(np.hypot(*(here - there)), chord, atol=1e-9)


def test_both_columns_are_made_of_the_time() -> None:
    fitted = HourCycle().fit(rows_with(-1, [0, 1]))
    assert fitted.sources(COLUMNS) == {"sin(Time)": ("Time",), "cos(Time)": ("Time",)}
