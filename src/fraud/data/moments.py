"""Moments: the seconds of a data set as dates, or as days since its first midnight."""

from datetime import UTC, date, datetime, time, timedelta

DAY_SECONDS = 86_400


def moment(seconds: float, since: date | None) -> str:
    """Return a moment to the minute, in UTC.

    `seconds` count from the midnight at which the day `since` begins. Where that is None, no
    calendar is known: the first day is day 1.

    >>> moment(90_000, date(2024, 2, 28)), moment(90_000, None)
    ('2024-02-29 01:00', 'day 2, 01:00')
    """
    if since is not None:
        return f"{_at(seconds, since):%Y-%m-%d %H:%M}"
    day, within = divmod(int(seconds // 60), DAY_SECONDS // 60)
    return f"day {day + 1}, {within // 60:02d}:{within % 60:02d}"


def day(number: int, since: date | None) -> str:
    """Return the day of this number, from 0, as a date or by its place from 1.

    >>> day(1, date(2024, 2, 28)), day(1, None)
    ('2024-02-29', 'day 2')
    """
    return f"{since + timedelta(days=number)}" if since is not None else f"day {number + 1}"


def counted_from(since: date | None) -> str:
    """Return a sentence that tells what the times of the data count from."""
    if since is None:
        return "Days count from the first midnight of the data: its description knows no calendar."
    return f"Dates are in UTC; the seconds of the data count from {since}."


def _at(seconds: float, since: date) -> datetime:
    """Return a moment; the last that a date can have for later ones, as of default dates."""
    start, last = datetime.combine(since, time(), UTC), datetime.max.replace(tzinfo=UTC)
    is_late = seconds > (last - start).total_seconds()
    return last if is_late else start + timedelta(seconds=float(seconds))
