"""Words of durations, days, shares and numbers."""

import pytest

from fraud.plausibility.words import day, days, duration, number, percent


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "0.0 seconds"), (59.0, "59.0 seconds"), (366.0, "6.1 minutes"),
        (9_000.0, "2.5 hours"), (172_800.0, "2.0 days"), (31_536_000.0, "365 days"),
        (1.49e10, "472 years"),
    ],
)  # fmt: skip
def test_a_duration_is_in_the_unit_that_people_use(seconds, words):
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "1970-01-01"), (1_704_067_200.9, "2024-01-01"), (-1.0, "1969-12-31"),
        (1_704_067_200_000.0, "55969-09-28"), (1.7e15, "the year 53,871,719"),
    ],
)  # fmt: skip
def test_a_day_is_named_whatever_its_year(seconds, words):
    assert day(seconds) == words


def test_days_of_one_day_are_named_once():
    assert days(0.0, 3_600.0) == "on 1970-01-01"
    assert days(0.0, 90_000.0) == "from 1970-01-01 to 1970-01-02"


def test_only_all_is_a_hundred_percent():
    assert [percent(share) for share in (0.0, 0.00172, 0.5, 0.99999, 1.0)] == [
        "0 %", "0.172 %", "50 %", "99.9 %", "100 %",
    ]  # fmt: skip


def test_a_number_has_decimals_only_where_it_needs_them():
    assert [number(value) for value in (0.0, 1_234.0, 21.5)] == ["0", "1,234", "21.50"]
