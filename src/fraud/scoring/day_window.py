"""Day window: which moments belong to the day of a batch."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

DAY_SECONDS = 86_400
DAY = timedelta(days=1)
TOLERANCE_HOURS = 2.0  # clocks that are wrong, and days that are closed a little late


@dataclass(frozen=True)
class DayWindow:
    """One day in UTC, from midnight to midnight, and `tolerance_hours` on either side."""

    day: date
    tolerance_hours: float = TOLERANCE_HOURS

    def holds(self, moment: datetime) -> bool:
        """Return whether a moment with a zone is of this day, or within the tolerance of it."""
        # A difference, not two bounds: the first and the last day of the calendar have only one.
        return -self._tolerance <= moment - self._midnight < DAY + self._tolerance

    @cached_property
    def _midnight(self) -> datetime:
        return datetime.combine(self.day, time(), UTC)

    @cached_property
    def _tolerance(self) -> timedelta:
        return timedelta(hours=self.tolerance_hours)

    def __str__(self) -> str:
        if not self.tolerance_hours:
            return f"{self.day} in UTC"
        hours = "1 hour" if self.tolerance_hours == 1 else f"{self.tolerance_hours:g} hours"
        return f"{self.day} in UTC, give or take {hours}"


def utc_day(moment: datetime) -> date:
    """Return the day in UTC of a moment with a zone."""
    try:
        return moment.astimezone(UTC).date()
    except OverflowError:  # in the first and the last year
        return moment.date()


def seconds_of_day(moment: datetime) -> float:
    """Return the seconds since midnight UTC of a moment with a zone."""
    offset = moment.utcoffset()
    if offset is None:
        message = f"{moment} has no zone"
        raise ValueError(message)
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    local = timedelta(seconds=seconds, microseconds=moment.microsecond)
    # Not astimezone(): it overflows in the first and the last year.
    return ((local - offset) % DAY if offset else local).total_seconds()
