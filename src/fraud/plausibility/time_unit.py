"""Time unit: whether numbers of a time count from where, and in what, the description says."""

from datetime import UTC, date, datetime
from typing import NamedTuple

import numpy as np

from fraud.data.arrays import Floats
from fraud.data.formats import SECONDS, TimeUnit
from fraud.plausibility.columns import TimeColumn
from fraud.plausibility.finding import PlausibilityFinding, impossible, plausible
from fraud.plausibility.words import YEAR_SECONDS, days, duration, number

CHECK = "time unit"
UNIX = date(1970, 1, 1)
EXCEL = date(1899, 12, 30)
FIRST_YEARS = 20  # after 1970: computers of payments have no earlier times
LATER_SECONDS = YEAR_SECONDS  # after now, that a time may be
NAMES: dict[TimeUnit, str] = {
    "ns": "nanoseconds", "us": "microseconds", "ms": "milliseconds", "s": "seconds",
    "minutes": "minutes", "hours": "hours", "days": "days",
}  # fmt: skip


class Meaning(NamedTuple):
    """A meaning that numbers may have: the words for it, the days, and what to write for it."""

    words: str
    days: str
    advice: str


def time_unit(column: TimeColumn, now: datetime) -> PlausibilityFinding | None:
    """Find numbers that are times since 1970, days of Excel, or dates; None for a date column.

    Numbers of which the described days are possible are not doubted.
    """
    numbers = column.numbers
    if numbers is None:
        return None
    form = column.form
    since = "the first midnight of the data" if form.time_since is None else str(form.time_since)
    described = f"{NAMES[form.time_unit]} since {since}"
    shown = f"{column.name} is mostly {number(numbers[0])} to {number(numbers[1])}"
    is_possible = form.has_calendar and _is_usual(column.middle, now)
    if not is_possible and (meaning := _meaning(column, numbers, now)):
        return impossible(
            CHECK,
            f"{shown}: these are {meaning.words} ({meaning.days}), and they are described as "
            f"{described}. Write {meaning.advice}",
        )
    if not form.has_calendar and column.middle[0] > FIRST_YEARS * YEAR_SECONDS:
        return impossible(
            CHECK,
            f"{shown}: as {described}, the first of them would be {duration(column.middle[0])} "
            "after it. Write the unit (time_unit) and the day that they count from (time_since).",
        )
    return plausible(CHECK, f"{shown}, described as {described}.")


def _meaning(column: TimeColumn, numbers: Floats, now: datetime) -> Meaning | None:
    for unit in ("s", "ms", "us", "ns"):
        if _is_usual(numbers * SECONDS[unit], now):
            return _since(UNIX, numbers, unit)
    if column.form.time_unit == "days":
        for since in (UNIX, EXCEL):
            if _is_usual(numbers * SECONDS["days"] + _seconds(since), now):
                return _since(since, numbers, "days")
    return _dates(numbers, now)


def _since(since: date, numbers: Floats, unit: TimeUnit) -> Meaning:
    moments = numbers * SECONDS[unit] + _seconds(since)
    origin = "1970" if since == UNIX else "the first day of Excel"
    return Meaning(
        f"{NAMES[unit]} since {origin}",
        days(*moments),
        f"time_unit: {unit}, time_since: {since}",
    )


def _dates(numbers: Floats, now: datetime) -> Meaning | None:
    """Return the meaning of dates that are written as numbers, such as 20261121."""
    for pattern, digits in (("%Y%m%d", 8), ("%Y%m%d%H%M%S", 14)):
        moments = [_moment(f"{end:.0f}", pattern, digits) for end in numbers]
        known = np.array([moment for moment in moments if moment is not None])
        if len(known) == len(moments) and _is_usual(known, now):
            words = "dates that are written as numbers"
            return Meaning(words, days(*known), f'time_format: "{pattern}"')
    return None


def _moment(text: str, pattern: str, digits: int) -> float | None:
    try:
        moment = datetime.strptime(text, pattern).replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment.timestamp() if len(text) == digits else None


def _is_usual(moments: Floats, now: datetime) -> bool:
    """Return whether all moments are of the years of which there are data."""
    low, high = FIRST_YEARS * YEAR_SECONDS, now.timestamp() + LATER_SECONDS
    return bool(moments.min() >= low and moments.max() <= high)


def _seconds(day: date) -> float:
    return float(np.datetime64(day, "s").astype(np.int64))
