"""Time range: whether dates lie where data can be, and times over a span that fits their rows."""

from datetime import datetime

import numpy as np

from fraud.plausibility.columns import FEWEST_ROWS, TimeColumn
from fraud.plausibility.finding import PlausibilityFinding, doubtful, impossible, plausible
from fraud.plausibility.words import (
    DAY_SECONDS,
    HOUR_SECONDS,
    YEAR_SECONDS,
    day,
    days,
    duration,
    number,
)

DATES, SPAN = "dates", "span of time"
FIRST_SECONDS = YEAR_SECONDS  # after 1970: a zero that is taken for a date is before it
ROWS_A_SECOND = 1_000  # more than the busiest bank has in its data
LONG_YEARS, LONGEST_YEARS = 20, 100
CORRECT = "Correct time_unit, time_since or time_format"


def dates(column: TimeColumn, now: datetime) -> PlausibilityFinding | None:
    """Find dates in the future and before 1971; None where no calendar is described.

    A day ahead is possible: clocks and zones differ.
    """
    if not column.form.has_calendar:
        return None
    latest = now.timestamp() + DAY_SECONDS
    early = int(np.count_nonzero(column.seconds < FIRST_SECONDS))
    late = int(np.count_nonzero(column.seconds > latest))
    shown = f"{column.name} is {days(*column.ends)}"
    if not early + late:
        return plausible(DATES, f"{shown}.")
    counts = [f"{late:,} of these dates are in the future (after {day(now.timestamp())})"] * (
        late > 0
    )
    counts += [f"{early:,} are before 1971, as a zero that stands for no date"] * (early > 0)
    facts = f"{shown}: of {len(column.seconds):,} rows, {' and '.join(counts)}"
    if early + late > len(column.seconds) / 2:
        return impossible(DATES, f"{facts}. {CORRECT}.")
    return doubtful(DATES, f"{facts}. Leave those rows out, or correct them.")


def span(column: TimeColumn) -> PlausibilityFinding:
    """Find a span that is too short for its rows, or longer than data are kept."""
    first, last = column.ends
    whole, rows = last - first, len(column.seconds)
    middle = float(np.ptp(column.middle))
    shown = f"{rows:,} rows lie within {duration(whole)} of {column.name}"
    if middle > LONGEST_YEARS * YEAR_SECONDS:
        return impossible(SPAN, f"{shown}, which no data are. {CORRECT}{_shorter(column)}.")
    if whole > LONG_YEARS * YEAR_SECONDS:
        return doubtful(
            SPAN,
            f"{shown}, most of them within {duration(middle)}. {CORRECT}{_shorter(column)}, or "
            "leave out rows whose date only stands for a missing one.",
        )
    is_short = whole < HOUR_SECONDS or rows > ROWS_A_SECOND * whole
    if rows >= FEWEST_ROWS and whole > 0 and is_short:
        return doubtful(
            SPAN,
            f"{shown}, which is as much as {number(round(rows / whole * DAY_SECONDS))} a day. "
            f"{CORRECT}{_longer(column)}.",
        )
    return plausible(SPAN, f"{shown}.")


def _longer(column: TimeColumn) -> str:
    """Return the units of numbers that would make the span longer."""
    units = {"ns": "ms", "us": "ms", "ms": "s", "s": "hours or days"}
    unit = None if column.numbers is None else units.get(column.form.time_unit)
    return f": its numbers may be {unit}" if unit else ""


def _shorter(column: TimeColumn) -> str:
    """Return the units of numbers that would make the span shorter."""
    units = {"days": "hours or s", "hours": "s", "minutes": "s", "s": "ms or us", "ms": "us"}
    unit = None if column.numbers is None else units.get(column.form.time_unit)
    return f": its numbers may be {unit}" if unit else ""
