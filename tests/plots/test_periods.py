"""Every row is in one period, and no period is judged by more than its rows tell."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plots.periods import by_hour_of_day, by_time, fraud_share

HOUR, DAY = 3600.0, 86_400.0
TIMES = st.lists(st.tuples(st.floats(0, 1e9), st.integers(0, 1)), min_size=1, max_size=80)


@given(rows=TIMES)
def test_every_row_is_in_one_period(rows: list[tuple[float, int]]) -> None:
    times, labels = np.array([time for time, _ in rows]), np.array([label for _, label in rows])
    for periods in (by_hour_of_day(times, labels), by_time(times, labels)[1]):
        assert periods.rows.sum() == len(rows)
        assert periods.frauds.sum() == labels.sum()
        assert (periods.frauds <= periods.rows).all()


@pytest.mark.parametrize(
    ("span", "unit"), [(2 * DAY, "hour"), (60 * DAY, "day"), (600 * DAY, "week")]
)
def test_longer_data_is_cut_into_longer_periods(span: float, unit: str) -> None:
    assert by_time(np.array([0.0, span]), np.array([0, 1]))[0] == unit


def test_periods_without_rows_between_others_stay_in_their_place() -> None:
    _, periods = by_time(np.array([0.5, 3.5]) * HOUR, np.array([1, 0]))
    assert periods.rows.tolist() == [1, 0, 0, 1]
    assert not periods.unusual[1:3].any()


def test_no_rows_say_nothing_about_a_share() -> None:
    assert (fraud_share(0, 0).low, fraud_share(0, 0).high) == (0.0, 1.0)


def test_a_share_lies_in_its_interval_which_more_rows_make_narrower() -> None:
    few, many = fraud_share(2, 100), fraud_share(200, 10_000)
    assert few.value == many.value == 0.02
    assert few.low < many.low < 0.02 < many.high < few.high


def test_only_an_hour_unlike_all_others_is_unusual() -> None:
    hours = np.repeat(np.arange(24), 200)
    labels = np.where(hours == 3, 1, np.arange(len(hours)) % 20 == 0).astype(np.int8)
    periods = by_hour_of_day(hours * HOUR + 30 * DAY, labels)
    assert periods.rows.tolist() == [200] * 24
    assert periods.share[3] == 1
    assert periods.unusual[3]
    assert periods.overall == labels.mean()
