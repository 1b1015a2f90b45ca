"""Moments are dates where a calendar is known, and days of the data where none is."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fraud.data.moments import counted_from, day, moment

SINCE = date(2023, 12, 31)


@given(minutes=st.integers(0, 10_000_000))
def test_a_moment_is_the_date_that_so_many_seconds_lead_to(minutes: int) -> None:
    midnight = datetime(2023, 12, 31, tzinfo=UTC)
    expected = (midnight + timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M")
    assert moment(60.0 * minutes, SINCE) == expected
    assert moment(60.0 * minutes + 59.9, SINCE) == expected


def test_without_a_calendar_days_count_from_one() -> None:
    assert moment(0, None) == "day 1, 00:00"
    assert moment(86_399, None) == "day 1, 23:59"
    assert moment(89 * 86_400 + 3_660, None) == "day 90, 01:01"


def test_days_are_dates_or_numbers() -> None:
    assert (day(0, SINCE), day(1, SINCE)) == ("2023-12-31", "2024-01-01")
    assert (day(0, None), day(89, None)) == ("day 1", "day 90")


def test_what_times_count_from_is_said() -> None:
    assert "2023-12-31" in counted_from(SINCE)
    assert "first midnight" in counted_from(None)
