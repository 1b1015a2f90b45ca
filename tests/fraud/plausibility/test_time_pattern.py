"""Time pattern: dates without a clock, and a default moment, are told from times."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.data.plausible_columns import DAY, FIRST, month_of_times, time_column
from fraud.plausibility.time_pattern import one_moment, time_of_day

MIDNIGHTS = FIRST + month_of_times() // DAY * DAY


def test_dates_without_a_clock_are_doubted():
    finding = time_of_day(time_column(MIDNIGHTS, time_format="iso"))
    assert finding.verdict == "doubtful"
    assert "when has one time of day, 00:00 UTC: these are dates without" in finding.sentence
    assert "write a time_format without one (%Y-%m-%d" in finding.sentence


def test_midnights_of_a_zone_whose_clocks_change_have_no_clock_either():
    shifts = np.where(np.arange(len(MIDNIGHTS)) < 1_000, -3_600, -7_200)
    form = {"time_format": "iso", "time_zone": "Europe/Berlin"}
    assert time_of_day(time_column(MIDNIGHTS + shifts, **form)).verdict == "doubtful"


def test_seconds_that_are_all_of_midnights_are_doubted():
    finding = time_of_day(time_column(month_of_times() // DAY * DAY + 3_600))
    assert finding.verdict == "doubtful"
    assert "one time of day, 01:00: these" in finding.sentence


@pytest.mark.parametrize("form", [{"time_unit": "days"}, {"time_format": "%Y-%m-%d"}])
def test_days_that_are_described_as_days_are_no_doubt(form):
    finding = time_of_day(time_column(MIDNIGHTS, **form))
    assert finding.verdict == "ok"
    assert "has days and no clock, as it is described" in finding.sentence


def test_data_of_two_days_may_have_few_times():
    assert time_of_day(time_column(np.repeat([0.0, DAY], 500))).verdict == "ok"


@given(hours=st.integers(3, 24), seed=st.integers(0, 2**32 - 1))
def test_times_in_whole_hours_are_never_doubted(hours, seed):
    random = np.random.default_rng(seed)
    seconds = random.integers(0, 30, 2_000) * DAY + random.integers(0, hours, 2_000) * 3_600
    column = time_column(seconds)
    assert (time_of_day(column).verdict, one_moment(column).verdict) == ("ok", "ok")


@pytest.mark.parametrize("share", [0.6, 1.0])
def test_a_moment_of_most_rows_is_doubted(share):
    seconds = FIRST + month_of_times(1_000)
    seconds[: round(share * 1_000)] = FIRST
    finding = one_moment(time_column(seconds, time_format="iso"))
    assert finding.verdict == "doubtful"
    assert f"{share:.0%}".replace("%", " %") in finding.sentence
    assert "one moment of when, 2026-03-01: does it stand for a missing time" in finding.sentence


def test_most_rows_of_one_of_two_days_are_no_doubt():
    seconds = FIRST + np.repeat([0.0, DAY], [700, 300])
    assert one_moment(time_column(seconds, time_format="%Y-%m-%d")).verdict == "ok"


def test_the_moment_of_data_without_a_calendar_is_counted_from_its_first_midnight():
    seconds = np.append(np.full(900, 7_200.0), month_of_times(100))
    assert "2.0 hours after the first midnight" in one_moment(time_column(seconds)).sentence
