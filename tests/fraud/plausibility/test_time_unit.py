"""Time unit: numbers since 1970, of Excel or of dates are told from seconds of the data."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.data.plausible_columns import DAY, FIRST, NOW, UNIX, month_of_times, time_column
from fraud.data.formats import SECONDS
from fraud.plausibility.columns import TimeColumn
from fraud.plausibility.finding import PlausibilityFinding
from fraud.plausibility.time_unit import time_unit

OTHER_UNITS = ("ns", "us", "ms", "s", "minutes", "hours", "days")


def read_as(numbers: np.ndarray, unit: str, since: str | None = None) -> TimeColumn:
    """The column of these numbers, as a reader makes seconds of them."""
    start = 0.0 if since is None else datetime.fromisoformat(since).replace(tzinfo=UTC).timestamp()
    return time_column(numbers * SECONDS[unit] + start, time_unit=unit, time_since=since)


def found_in(column: TimeColumn) -> PlausibilityFinding:
    finding = time_unit(column, NOW)
    assert finding is not None
    return finding


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("described", OTHER_UNITS)
def test_numbers_since_1970_are_found_whatever_unit_is_described(unit, described):
    numbers = (FIRST + month_of_times()) / SECONDS[unit]
    finding = found_in(read_as(numbers, described))
    assert finding.verdict == "impossible"
    assert f"Write time_unit: {unit}, time_since: 1970-01-01" in finding.sentence
    assert "(from 2026-03-0" in finding.sentence


def test_the_sentence_has_the_numbers_of_the_file_and_what_they_are_described_as():
    sentence = found_in(read_as(np.array([1_704_067_200_000.0] * 3), "s")).sentence
    assert sentence == (
        "when is mostly 1,704,067,200,000 to 1,704,067,200,000: these are milliseconds since 1970 "
        "(on 2024-01-01), and they are described as seconds since the first midnight of the data. "
        "Write time_unit: ms, time_since: 1970-01-01"
    )


@pytest.mark.parametrize(("unit", "described"), [("s", "ms"), ("ms", "s"), ("us", "ms")])
def test_another_unit_since_1970_is_found(unit, described):
    numbers = (FIRST + month_of_times()) / SECONDS[unit]
    assert f"time_unit: {unit}," in found_in(read_as(numbers, described, UNIX)).sentence


def test_seconds_since_1970_that_are_described_from_another_day_are_found():
    finding = found_in(read_as(FIRST + month_of_times(), "s", "2024-01-01"))
    assert finding.verdict == "impossible"
    assert "described as seconds since 2024-01-01" in finding.sentence


@pytest.mark.parametrize(("first", "since"), [(20_500, "1970-01-01"), (46_000, "1899-12-30")])
def test_day_numbers_of_1970_and_of_excel_are_found(first, since):
    finding = found_in(read_as(first + np.arange(200.0), "days"))
    assert finding.verdict == "impossible"
    assert f"Write time_unit: days, time_since: {since}" in finding.sentence


@pytest.mark.parametrize(
    ("numbers", "pattern"),
    [
        ([20260101, 20260131, 20260201, 20260630], "%Y%m%d"),
        ([20260101093000, 20260131120000, 20260630235959], "%Y%m%d%H%M%S"),
    ],
)
def test_dates_that_are_written_as_numbers_are_found(numbers, pattern):
    finding = found_in(read_as(np.array(numbers, dtype=float), "s"))
    assert finding.verdict == "impossible"
    assert f'Write time_format: "{pattern}"' in finding.sentence


def test_a_beginning_decades_after_the_first_midnight_is_impossible():
    finding = found_in(read_as(300_000 + np.arange(1_000.0), "hours"))
    assert finding.verdict == "impossible"
    assert "the first of them would be 34." in finding.sentence


@given(
    days=st.floats(0.1, 10 * 365),
    late=st.floats(0, 365),
    unit=st.sampled_from(OTHER_UNITS),
    seed=st.integers(0, 2**32 - 1),
)
def test_times_from_the_first_midnight_are_never_doubted(days, late, unit, seed):
    if unit in ("ms", "us", "ns"):  # after a week these are like a coarser unit since 1970
        days, late = min(days, 2.0), min(late, 2.0)
    random = np.random.default_rng(seed)
    seconds = late * DAY + random.uniform(0, days * DAY, 500)
    finding = found_in(read_as(seconds / SECONDS[unit], unit))
    assert finding.verdict == "ok", finding.sentence


@pytest.mark.parametrize("since", [UNIX, "1980-01-06", "2001-01-01", "1899-12-30"])
@pytest.mark.parametrize("unit", OTHER_UNITS)
def test_any_unit_since_any_day_is_believed_where_its_dates_are_possible(since, unit):
    origin = datetime.fromisoformat(since).replace(tzinfo=UTC).timestamp()
    numbers = (FIRST + month_of_times() - origin) / SECONDS[unit]
    assert found_in(read_as(numbers, unit, since)).verdict == "ok"


def test_zeros_for_missing_times_do_not_hide_the_unit():
    numbers = np.append(np.zeros(20), (FIRST + month_of_times()) * 1_000)
    assert found_in(read_as(numbers, "s")).verdict == "impossible"


def test_dates_have_no_unit():
    assert time_unit(time_column(FIRST + month_of_times(), time_format="iso"), NOW) is None
