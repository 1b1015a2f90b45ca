"""Exploration plots: every row is in them once, and any rows can be drawn and read."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.processes.figure_text import drawn_values, is_written, require_readable, written
from plots.exploration_plots import (
    amount_edges,
    amounts_by_class_plot,
    class_balance_plot,
    drift_over_time_plot,
    times_by_class_plot,
)
from plots.layout.canvas import png

HOUR, DAY = 3600.0, 86_400.0


@given(amounts=st.lists(st.floats(-1e6, 1e12), min_size=1, max_size=40))
def test_every_amount_has_a_place_among_few(amounts: list[float]) -> None:
    given_amounts = np.array(amounts)
    edges = amount_edges(given_amounts)
    assert len(edges) < 50
    assert edges[-1] > given_amounts.max()
    placed = np.clip(given_amounts, edges[0], edges[-1])
    assert np.histogram(placed, edges)[0].sum() == len(amounts)


def test_the_share_of_fraud_of_each_split_is_drawn_and_said() -> None:
    figure = class_balance_plot({"train": (2000, 4), "test": (1000, 1), "none": (10, 0)})
    assert drawn_values(figure.axes[0]) == [(0.002, 0), (0.001, 1), (0.0, 2)]
    assert is_written(figure, "5 frauds among 3,010 transactions: one in 602")
    for told in ("4 of 2,000", "one in 500", "one in 1,000", "0 of 10", "none"):
        assert told in written(figure)
    require_readable(figure)


def test_the_share_of_no_rows_can_be_drawn() -> None:
    require_readable(class_balance_plot({"empty": (0, 0), "all of them": (3, 3)}))


def test_amounts_of_each_class_add_up_to_all_of_it() -> None:
    amounts, labels = np.array([0.0, 1.5, 20.0, 20.0, 7.0]), np.array([1, 0, 0, 0, 1])
    figure = amounts_by_class_plot(amounts, labels)
    shares = [patch.get_data().values for patch in figure.axes[0].patches]
    assert all(share.sum() == pytest.approx(1) for share in shares)
    assert is_written(figure, "20.00 (legitimate), 3.50 (fraud)")
    require_readable(figure)


@pytest.mark.parametrize(
    ("amounts", "labels"),
    [
        ([5.0], [0]),
        ([0.0, 0.0], [0, 1]),
        ([1e-9, 1e12, -4.0], [0, 1, 1]),
        ([0.01, 9e4, 0], [0, 0, 1]),
    ],
)
def test_any_amounts_can_be_read(amounts: list[float], labels: list[int]) -> None:
    require_readable(amounts_by_class_plot(np.array(amounts), np.array(labels)))


def test_the_riskiest_hour_is_named() -> None:
    seconds = np.array([2.1, 2.9, 2.5, 14.0, 14.5]) * HOUR
    figure = times_by_class_plot(seconds, np.array([1, 1, 0, 0, 0]))
    assert is_written(
        figure, "Riskiest at 02:00: 2 of 3 are fraud (66.67%); of the whole day 40.00%"
    )
    assert "2, most at 02:00" in written(figure)
    require_readable(figure)


def test_a_day_without_fraud_and_one_of_nothing_else_can_be_read() -> None:
    for label in (0, 1):
        labels = np.full(3, label)
        require_readable(times_by_class_plot(np.array([0.0, 1.0, DAY - 0.1]), labels))
        require_readable(drift_over_time_plot(np.array([0.0, 1.0, DAY - 0.1]), labels))
    require_readable(drift_over_time_plot(np.array([9.0]), np.array([1])))
    require_readable(drift_over_time_plot(np.arange(700) * DAY, np.arange(700) % 9 == 0))


def test_an_hour_unlike_the_rest_is_counted_and_marked() -> None:
    times = np.repeat(np.arange(10) * HOUR, 400)
    labels = np.where(times == 5 * HOUR, np.arange(4000) % 2 == 0, np.arange(4000) % 100 == 0)
    figure = drift_over_time_plot(times, labels.astype(np.int8))
    # With that hour in it, the share in all is above what the other nine have.
    assert is_written(figure, "5.900% in all (dashed), outside the interval of 10 of 10 hours")
    unusual = next(line for line in figure.axes[0].lines if line.get_marker() == "D")
    assert dict(zip(*unusual.get_data(), strict=True))[5.5] == 0.5
    assert figure.axes[1].patches[0].get_data().values.tolist() == [400] * 10


def test_equal_input_gives_equal_bytes() -> None:
    random = np.random.default_rng(2)
    labels, times = random.integers(0, 2, 50), random.random(50) * DAY
    for draw in (amounts_by_class_plot, times_by_class_plot, drift_over_time_plot):
        assert png(draw(times, labels)) == png(draw(times, labels))


def test_periods_are_dates_where_a_calendar_is_known() -> None:
    times = np.arange(0, 40 * DAY, HOUR) + 5 * DAY
    labels = (np.arange(len(times)) % 9 == 0).astype(np.int8)
    figure = drift_over_time_plot(times, labels, since=date(2024, 2, 1))
    require_readable(figure)
    assert is_written(figure, "Begin of the day, UTC")
    assert "2024-02-06" in written(figure)  # the fifth day after the first of February
    plain = drift_over_time_plot(times, labels)
    require_readable(plain)
    assert is_written(plain, "Days since the first row's (no calendar is known)")


def test_hours_are_moments_where_a_calendar_is_known() -> None:
    times = np.arange(0, 2 * DAY, 60.0)
    labels = (np.arange(len(times)) % 9 == 0).astype(np.int8)
    figure = drift_over_time_plot(times, labels, since=date(2024, 2, 28))
    require_readable(figure)
    assert "2024-02-29 00:00" in written(figure)
