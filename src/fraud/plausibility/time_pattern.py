"""Time pattern: whether times tell the hours of a day apart, and most rows are of one moment."""

import numpy as np

from fraud.data.arrays import Floats, Integers
from fraud.plausibility.columns import FEWEST_ROWS, TimeColumn
from fraud.plausibility.finding import PlausibilityFinding, doubtful, plausible
from fraud.plausibility.words import DAY_SECONDS, day, duration, percent

TIME_OF_DAY, MOMENTS = "time of day", "one moment"
FEWEST_DAYS = 3
SAME_SHARE = 0.99  # of rows that share a time of day
MOMENT_SHARE = 0.5  # of rows at one moment
CLOCKLESS_DAYS = 14  # a day holds many rows where the data has few days


def time_of_day(column: TimeColumn) -> PlausibilityFinding:
    """Find times that all have one time of day, which are dates without a clock.

    Midnights of one zone are two times of day in UTC where its clocks change, so that the two
    commonest count.
    """
    seconds = np.round(column.sample)
    clocks, counts = np.unique(seconds % DAY_SECONDS, return_counts=True)
    commonest = counts.argsort()[::-1][:2]
    few_days = np.ptp(seconds) < (FEWEST_DAYS - 1) * DAY_SECONDS
    if few_days or counts[commonest].sum() < SAME_SHARE * len(seconds):
        return plausible(TIME_OF_DAY, f"{column.name} has {len(clocks):,} times of day.")
    if not column.form.has_clock:
        return plausible(TIME_OF_DAY, f"{column.name} has days and no clock, as it is described.")
    clock = _clock(clocks[commonest[0]], column)
    return doubtful(
        TIME_OF_DAY,
        f"{column.name} has one time of day, {clock}: these are dates without a clock, so features "
        "of the hour tell nothing, and rows of one day have no order. If another column holds the "
        f"clock, describe that one as the time{_described_as_days(column)}.",
    )


def one_moment(column: TimeColumn) -> PlausibilityFinding:
    """Find a moment that most rows have, as a default date is."""
    rows = len(column.sample)
    moments, counts = np.unique(column.sample, return_counts=True)
    share, moment = _largest(moments, counts)
    whole = float(np.ptp(column.sample))
    is_usual = not column.form.has_clock and 0 < whole < CLOCKLESS_DAYS * DAY_SECONDS
    if rows < FEWEST_ROWS or is_usual or share <= MOMENT_SHARE:
        return plausible(
            MOMENTS, f"No moment of {column.name} has more than {percent(share)} of the rows."
        )
    when = (
        day(moment) if column.form.has_calendar else f"{duration(moment)} after the first midnight"
    )
    return doubtful(
        MOMENTS,
        f"{percent(share)} of the rows have one moment of {column.name}, {when}: does it stand for "
        "a missing time? Describe another column as the time, or none.",
    )


def _largest(values: Floats, counts: Integers) -> tuple[float, float]:
    """Return the share of the commonest value, and the value."""
    place = int(counts.argmax())
    return float(counts[place] / counts.sum()), float(values[place])


def _clock(seconds: float, column: TimeColumn) -> str:
    minutes = int(seconds) // 60
    zone = " UTC" if column.form.has_calendar else ""
    return f"{minutes // 60:02}:{minutes % 60:02}{zone}"


def _described_as_days(column: TimeColumn) -> str:
    if column.form.time_format is None:
        return ""
    return "; if there is none, write a time_format without one (%Y-%m-%d, or %Y-%m-%d 00:00:00)"
