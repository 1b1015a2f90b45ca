"""Day window: a moment belongs to one day in UTC, and to its neighbours within the tolerance."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraud.scoring.day_window import DayWindow, seconds_of_day, utc_day

DAY = date(2026, 11, 21)
zones = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(timezones=zones)


@given(moments, st.sampled_from([0.0, 0.5, 2.0, 24.0]))
def test_the_tolerance_is_that_long_on_either_side_whatever_the_zone(moment, hours):
    window = DayWindow(DAY, hours)
    first = datetime.combine(DAY, time(), UTC) - timedelta(hours=hours)
    last = datetime.combine(DAY, time(), UTC) + timedelta(days=1, hours=hours)
    assert window.holds(moment) == (first <= moment < last)


@given(moments, st.dates())
def test_without_a_tolerance_a_moment_is_of_its_own_day_only(moment, day):
    if datetime(1, 1, 3) < moment.replace(tzinfo=None) < datetime(9999, 12, 29):
        assert DayWindow(day, 0).holds(moment) == (utc_day(moment) == day)
        assert DayWindow(utc_day(moment), 0).holds(moment)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_first_and_the_last_day_of_the_calendar_are_days_too(day):
    for zone in (timezone(timedelta(hours=14)), timezone(timedelta(hours=-12)), UTC):
        moment = datetime.combine(day, time(12), zone)
        assert DayWindow(day, 24).holds(moment)
        assert abs(utc_day(moment) - day) <= timedelta(days=1)


@given(moments)
def test_the_time_of_day_is_that_of_utc(moment):
    if datetime(1, 1, 3) < moment.replace(tzinfo=None) < datetime(9999, 12, 29):
        utc = moment.astimezone(UTC)
        midnight = utc.replace(hour=0, minute=0, second=0, microsecond=0)
        assert seconds_of_day(moment) == (utc - midnight).total_seconds()
    assert 0 <= seconds_of_day(moment) < 86_400


def test_a_moment_without_a_zone_has_no_time_of_day():
    with pytest.raises(ValueError, match="has no zone"):
        seconds_of_day(datetime(2026, 11, 21, 9))


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        (0, "2026-11-21 in UTC"),
        (1, "2026-11-21 in UTC, give or take 1 hour"),
        (1.5, "2026-11-21 in UTC, give or take 1.5 hours"),
    ],
)
def test_a_window_is_told_in_words(hours, told):
    assert str(DayWindow(DAY, hours)) == told
