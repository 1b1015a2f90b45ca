"""Labels: numbers and counts as text."""

from collections.abc import Iterable, Sequence

import numpy as np

from fraud.metrics.estimates import Estimate


def digits(estimates: Iterable[Estimate]) -> int:
    """Choose decimals so that intervals show two digits of their width; three for shares."""
    every = list(estimates)
    width = float(np.median([abs(one.high - one.low) for one in every])) if every else 0.0
    share = all(max(abs(one.value), abs(one.low), abs(one.high)) <= 1 for one in every)
    least = 3 if share else 0
    if not width > 0:
        return max(least, 2)
    return int(np.clip(1 - np.floor(np.log10(width)), least, 9))


def decimals_for(values: Sequence[float]) -> int:
    """Choose decimals so that the largest of some values shows three digits."""
    largest = max((abs(value) for value in values), default=0.0)
    return int(np.clip(2 - np.floor(np.log10(largest)), 0, 6)) if largest > 0 else 2


def signed(value: float, decimals: int = 3) -> str:
    """Write a difference with its sign, and with a minus that is as wide as a plus."""
    text = f"{value:+,.{decimals}f}"
    return text.replace("-", "−") if float(text.replace(",", "")) else text.lstrip("+-")


def signed_interval(difference: Estimate, decimals: int = 3) -> str:
    """Write a difference as "+0.012 (−0.003 to +0.027)"."""
    value, low, high = (
        signed(one, decimals) for one in (difference.value, difference.low, difference.high)
    )
    return f"{value} ({low} to {high})"


def short_number(value: float) -> str:
    """Write a number in four digits or fewer, thousands separated."""
    if value and abs(value) < 0.001:
        return f"{value:.1e}".replace("-", "−")
    return (f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}").replace("-", "−")


def joined_names(names: Iterable[str]) -> str:
    """Write "a", "a and b", "a, b and c"."""
    every = list(names)
    return " and ".join([", ".join(every[:-1]), every[-1]] if len(every) > 1 else every)
