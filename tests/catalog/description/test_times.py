"""A column of moments is recognised, with its notation; what two readings fit is asked."""

from datetime import date

import pytest

from catalog.description.survey import ColumnSurvey
from catalog.description.times import date_formats, snake_case, time_columns


def column(name: str, cells: list[str]) -> ColumnSurvey:
    numbers = [float(cell) for cell in cells if cell.replace(".", "").isdigit()]
    low, high = (min(numbers), max(numbers)) if numbers else (None, None)
    many = len(cells)
    return ColumnSurvey(name, many, many, len(set(cells)), len(numbers), low, high, cells)


@pytest.mark.parametrize(
    ("cells", "formats"),
    [
        (["2026-11-30T09:30:00Z"], ["iso"]),
        (["2026-11-30 09:30:00"], ["iso"]),
        (["2026-11-30"], ["iso"]),
        (["30.11.2026 09:30"], ["%d.%m.%Y %H:%M"]),
        (["11/30/2026 9:30 AM"], ["%m/%d/%Y %I:%M %p"]),
        (["03/04/2026", "05/06/2026"], ["%d/%m/%Y", "%m/%d/%Y"]),
        (["03/04/2026", "25/06/2026"], ["%d/%m/%Y"]),
        (["Nov 30, 2026"], ["%b %d, %Y"]),
        (["30-Nov-2026 09:30:15"], ["%d-%b-%Y %H:%M:%S"]),
        (["20261130"], ["%Y%m%d"]),
        (["web", "pos"], []),
        (["12", "13"], []),
        (["110.87.2.1"], []),
        ([], []),
    ],
)
def test_dates_are_read_in_many_notations(cells, formats):
    assert date_formats(cells) == formats


def guesses(name: str, cells: list[str]) -> dict[str, object]:
    (found,) = time_columns([column(name, cells)])
    return {guess.key: guess.value for guess in found.guesses}


@pytest.mark.parametrize("unit", [("s", 1), ("ms", 10**3), ("us", 10**6), ("ns", 10**9)])
def test_numbers_since_1970_are_known_by_their_size(unit):
    name, factor = unit
    cells = [str((1_704_067_200 + n) * factor) for n in range(30)]
    assert guesses("event_time", cells) == {"time_unit": name, "time_since": date(1970, 1, 1)}


def test_a_unit_in_the_name_is_taken_and_otherwise_asked():
    counted = [str(n) for n in range(40)]
    assert guesses("secs", counted) == {"time_unit": "s"}
    assert guesses("hour", counted) == {"time_unit": "hours"}
    (found,) = time_columns([column("step", counted)])
    (question,) = found.questions
    assert (question.key, question.suggestion) == ("time_unit", "hours")
    assert not found.is_calendar


def test_day_and_month_that_may_be_swapped_are_asked():
    (found,) = time_columns([column("date", ["03/04/2026", "05/06/2026"])])
    (question,) = found.questions
    assert question.choices == ("%d/%m/%Y", "%m/%d/%Y")
    assert "day before month or month before day" in question.text


def test_the_moment_of_the_event_comes_before_other_dates():
    dates = [f"2026-11-{day:02d}" for day in range(1, 29)]
    found = time_columns(
        [
            column("date_of_birth", dates),
            column("signup_time", dates),
            column("purchase_time", dates),
        ]
    )
    assert found[0].name == "purchase_time"
    assert all(one.score < 1 for one in found[1:])


@pytest.mark.parametrize("name", ["amount", "zip", "phone", "V1", "age"])
def test_numbers_of_other_names_are_no_times(name):
    assert time_columns([column(name, [str(n) for n in range(40)])]) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("TransactionDT", "transaction_dt"),
        ("Transaction Date", "transaction_date"),
        ("isFraud", "is_fraud"),
    ],
)
def test_names_are_compared_by_their_words(name, words):
    assert snake_case(name) == words
