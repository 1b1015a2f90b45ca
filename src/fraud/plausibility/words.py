"""Words: durations, days and shares, as sentences name them."""

import numpy as np

HOUR_SECONDS, DAY_SECONDS = 3_600.0, 86_400.0
YEAR_SECONDS = 365.25 * DAY_SECONDS
LATEST_YEAR = 1e15  # beyond it, a year has no use as a number with four digits
UNITS = (
    ("years", 2 * YEAR_SECONDS, YEAR_SECONDS),
    ("days", 2 * DAY_SECONDS, DAY_SECONDS),
    ("hours", 2 * HOUR_SECONDS, HOUR_SECONDS),
    ("minutes", 120.0, 60.0),
)


def duration(seconds: float) -> str:
    """Return "6.1 minutes", "2.0 days" or "473 years"."""
    unit, _, size = next((one for one in UNITS if seconds >= one[1]), ("seconds", 0.0, 1.0))
    value = seconds / size
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.1f} {unit}"


def day(seconds: float) -> str:
    """Return the day of seconds since 1970, as 2026-11-21; years of more digits are possible."""
    if abs(seconds) > LATEST_YEAR:
        return f"the year {1970 + seconds / YEAR_SECONDS:,.0f}"
    return str(np.datetime64(int(seconds), "s").astype("datetime64[D]"))


def days(low: float, high: float) -> str:
    """Return "on 2024-01-01", or "from 2024-01-01 to 2024-01-05"."""
    first, last = day(low), day(high)
    return f"on {first}" if first == last else f"from {first} to {last}"


def percent(share: float) -> str:
    """Return a share in percent, which is 100 only if all is meant."""
    return "100 %" if share == 1 else f"{min(share * 100, 99.9):.3g} %"


def number(value: float) -> str:
    """Return a number with separators of thousands, and decimals where it has any."""
    return f"{value:,.0f}" if value == round(value) else f"{value:,.2f}"
