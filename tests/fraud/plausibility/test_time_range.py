"""Time range: dates of no year of data, and spans that fit no table, are doubted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.data.plausible_columns import DAY, FIRST, NOW, UNIX, month_of_times, time_column
from fraud.plausibility.time_range import dates, span

YEAR = 365.25 * DAY


def dated(seconds: np.ndarray):
    finding = dates(time_column(seconds, time_format="iso"), NOW)
    assert finding is not None
    return finding


def test_dates_of_the_past_are_ok():
    finding = dated(FIRST + month_of_times())
    assert finding.verdict == "ok"
    assert finding.sentence.startswith("when is from 2026-03-01 to 2026-03-3")


def test_without_a_calendar_no_date_is_checked():
    assert dates(time_column(month_of_times()), NOW) is None


def test_few_dates_in_the_future_are_doubted_and_counted():
    seconds = FIRST + month_of_times()
    seconds[-3:] = 253_370_764_800.0  # 9999-01-01
    finding = dated(seconds)
    assert finding.verdict == "doubtful"
    assert "to 9999-01-01: of 3,000 rows, 3 of these dates are in the future" in finding.sentence


def test_a_zero_that_is_taken_for_a_date_is_doubted():
    seconds = FIRST + month_of_times()
    seconds[:5] = 0.0
    finding = dated(seconds)
    assert finding.verdict == "doubtful"
    assert "5 are before 1971" in finding.sentence


@pytest.mark.parametrize("shift", [-60 * YEAR, 2 * YEAR])
def test_dates_that_are_mostly_of_no_possible_year_are_impossible(shift):
    finding = dated(FIRST + shift + month_of_times())
    assert finding.verdict == "impossible"
    assert "Correct time_unit, time_since or time_format" in finding.sentence


def test_a_clock_that_is_some_hours_ahead_is_no_doubt():
    assert dated(NOW.timestamp() + 3_600 * np.arange(20.0)).verdict == "ok"


@pytest.mark.parametrize(("unit", "words"), [("s", "hours or days"), ("us", "ms")])
def test_a_year_in_some_minutes_is_doubted(unit, words):
    """365 days as 365 seconds."""
    finding = span(time_column(np.arange(36_500.0) // 100, time_unit=unit))
    assert finding.verdict == "doubtful"
    assert "36,500 rows lie within 6.1 minutes of when" in finding.sentence
    assert f"its numbers may be {words}" in finding.sentence


def test_more_rows_a_second_than_a_bank_has_are_doubted():
    finding = span(time_column(np.linspace(0, 7_200, 8_000_000)))
    assert finding.verdict == "doubtful"
    assert "96,000,000 a day" in finding.sentence


@pytest.mark.parametrize(
    ("seconds", "form", "words"),
    [
        (np.arange(172_800.0) * DAY, {"time_unit": "days"}, "473 years"),
        (FIRST + np.arange(1_000) * YEAR, {"time_format": "iso"}, "999 years"),
        (np.arange(1_000) * 3.2e9, {"time_unit": "s"}, "may be ms or us"),
    ],
)
def test_a_day_in_centuries_is_impossible(seconds, form, words):
    finding = span(time_column(seconds, **form))
    assert finding.verdict == "impossible"
    assert words in finding.sentence


def test_few_dates_of_another_century_are_doubted():
    seconds = FIRST + month_of_times()
    seconds[:3] = -2_208_988_800.0  # 1900-01-01
    finding = span(time_column(seconds, time_format="iso"))
    assert finding.verdict == "doubtful"
    assert "most of them within 27." in finding.sentence


@given(rows=st.integers(100, 5_000), days=st.floats(0.1, 15 * 365), seed=st.integers(0, 2**32 - 1))
def test_spans_of_data_are_never_doubted(rows, days, seed):
    seconds = np.random.default_rng(seed).uniform(0, days * DAY, rows)
    seconds[:2] = 0, days * DAY
    assert span(time_column(seconds)).verdict == "ok"
    assert span(time_column(FIRST + seconds, time_unit="ms", time_since=UNIX)).verdict == "ok"


def test_a_table_of_a_few_rows_may_be_of_one_minute():
    assert span(time_column(np.arange(50.0))).verdict == "ok"
