"""Plausible amounts: whether they differ, and are all in one unit.

Amounts in cents beside others in euros are found in three ways: whole numbers beside decimals,
periods of time whose median is another, and two humps of equal shape that are a factor of 100
apart. Amounts that spread so widely that the humps run into one another show only the first two.
Round sums, as cash machines give, are no cents.
"""

from typing import NamedTuple

import numpy as np

from fraud.data.arrays import Floats, Integers
from fraud.plausibility.columns import FEWEST_ROWS, AmountColumn, TimeColumn, sampled
from fraud.plausibility.finding import PlausibilityFinding, doubtful, plausible
from fraud.plausibility.words import DAY_SECONDS, HOUR_SECONDS, number, percent

AMOUNTS, UNIT = "amounts", "unit of amounts"
ZERO_SHARE = 0.5
CENTS = 100.0
NEAR_CENTS = (40.0, 250.0)  # ratios of medians that a unit of cents explains
LEAST_SHARE = 0.05  # of the rows that a second unit has
SAME_MIXTURE = 0.05  # the Kolmogorov-Smirnov distance, besides that of chance
ROUND_SHARE = 0.6  # of whole numbers that are multiples of ten
SAME_HUMP = 0.15  # the Kolmogorov-Smirnov distance, when one hump is divided by 100
TROUGH = 0.2  # of the lower of two humps: how few amounts lie between them
BIN = 0.1  # of a decimal logarithm
FEWEST_A_PERIOD = 30
MOST_PERIODS = 60
MEND = "Bring them to one unit in the file, or leave out those of the other."


def amounts(column: AmountColumn) -> PlausibilityFinding:
    """Find amounts that are all equal, or mostly zero."""
    values = column.values[sampled(len(column.values))]
    low, median, high = np.quantile(values, [0, 0.5, 1])
    if len(values) < FEWEST_ROWS or low < high:
        zeros = float(np.mean(values == 0))
        if len(values) >= FEWEST_ROWS and zeros > ZERO_SHARE:
            return doubtful(
                AMOUNTS,
                f"{percent(zeros)} of the rows have a {column.name} of 0: is it the amount of the "
                "transaction? Costs of missed frauds are counted by it. Describe another column as "
                "the amount, or none.",
            )
        shown = f"{number(low)} to {number(high)}, half of them below {number(median)}"
        return plausible(AMOUNTS, f"{column.name} is {shown}.")
    return doubtful(
        AMOUNTS,
        f"Every {column.name} is {number(low)}: it tells nothing. Describe another column as the "
        "amount, or none.",
    )


def unit_of_amounts(column: AmountColumn, time: TimeColumn | None) -> PlausibilityFinding:
    """Find amounts in cents beside amounts in units; `time` has the same rows as `column`."""
    rows = sampled(len(column.values))
    values = column.values[rows]
    found = _whole_beside_decimals(values) or _two_humps(values)
    if found is None and time is not None:
        found = _jump(values, time.seconds[rows])
    if found is None:
        return plausible(UNIT, f"{column.name} is in one unit, as far as its values show.")
    return doubtful(UNIT, f"{column.name} seems to be partly in cents: {found} {MEND}")


def _whole_beside_decimals(values: Floats) -> str | None:
    """Look for whole numbers that are spread like the decimals, a hundred times as large.

    Some whole numbers are in the unit of the decimals, so that the spread of the whole numbers is
    that of a mixture.
    """
    values = values[values > 0]
    is_whole = values == np.round(values)
    whole, decimals = np.sort(values[is_whole]), np.sort(values[~is_whole])
    if min(len(whole), len(decimals)) < max(LEAST_SHARE * len(values), FEWEST_ROWS):
        return None
    cents = _share_of_cents(whole, decimals) * len(whole) / len(values)
    if cents < LEAST_SHARE or _are_round(whole):
        return None
    return (
        f"about {percent(cents)} are whole numbers that are spread like the decimals, a hundred "
        f"times as large (the median of the decimals is {number(float(np.median(decimals)))})."
    )


def _share_of_cents(whole: Floats, decimals: Floats) -> float:
    """Return the share of cents in the mixture that whole numbers are, or 0 where they are none."""
    found = np.arange(1, len(whole) + 1) / len(whole)
    in_units = np.searchsorted(decimals, whole, side="right") / len(decimals)
    in_cents = np.searchsorted(decimals, whole / CENTS, side="right") / len(decimals)
    shares = np.arange(0, 1.01, 0.05)[:, np.newaxis]
    mixtures = (1 - shares) * in_units + shares * in_cents
    distances = np.abs(mixtures - found).max(axis=1)
    best = int(distances.argmin())
    is_near = distances[best] <= SAME_MIXTURE + 1 / np.sqrt(min(len(whole), len(decimals)))
    return float(shares[best, 0]) if is_near else 0.0


def _two_humps(values: Floats) -> str | None:
    logs = np.sort(np.log10(values[values > 0]))
    if len(logs) < FEWEST_ROWS:
        return None
    counts, edges = np.histogram(logs, np.arange(logs[0] - 2 * BIN, logs[-1] + 3 * BIN, BIN))
    smooth = np.convolve(counts, np.ones(3) / 3, mode="same")
    for place in _troughs(smooth):
        low, high = np.split(logs, [np.searchsorted(logs, (edges[place] + edges[place + 1]) / 2)])
        share = min(len(low), len(high)) / len(logs)
        is_same = share >= LEAST_SHARE and _distance(low + np.log10(CENTS), high) <= SAME_HUMP
        if is_same and not _are_round(10**high):
            medians = 10 ** np.median(low), 10 ** np.median(high)
            return (
                f"{percent(len(high) / len(logs))} lie around {number(medians[1])}, the others "
                f"around {number(medians[0])}, in the same way, and few are between."
            )
    return None


def _troughs(counts: Floats) -> Integers:
    """Return the bins that have few values beside the lower of the humps on their two sides."""
    before = np.maximum.accumulate(counts)
    after = np.maximum.accumulate(counts[::-1])[::-1]
    return np.flatnonzero(counts <= TROUGH * np.minimum(before, after))


class _Periods(NamedTuple):
    """The medians of the amounts of consecutive periods, and the name of a period."""

    medians: Floats
    name: str


def _jump(values: Floats, seconds: Floats) -> str | None:
    medians, name = _by_period(values[values > 0], seconds[values > 0])
    if len(medians) < 2:
        return None
    ordered = np.sort(medians)
    place = int(np.argmax(ordered[1:] / ordered[:-1]))
    if not _are_cents(ordered[place], ordered[place + 1]):
        return None
    low, high = np.split(ordered, [place + 1])
    return (
        f"its median is {number(float(np.median(high)))} in {len(high)} of {len(ordered)} {name}, "
        f"and {number(float(np.median(low)))} in the others."
    )


def _by_period(values: Floats, seconds: Floats) -> _Periods:
    """Return the median of each period of days (hours, when there are few days)."""
    whole = float(np.ptp(seconds)) if len(seconds) else 0.0
    unit, name = (DAY_SECONDS, "days") if whole > 3 * DAY_SECONDS else (HOUR_SECONDS, "hours")
    units = int(whole // (unit * MOST_PERIODS)) + 1
    period = (seconds // (units * unit)).astype(np.int64)
    order = np.argsort(period, kind="stable")
    places = np.flatnonzero(np.diff(period[order])) + 1
    groups = np.split(values[order], places)
    medians = [float(np.median(group)) for group in groups if len(group) >= FEWEST_A_PERIOD]
    return _Periods(np.array(medians), name if units == 1 else f"periods of {units} {name}")


def _are_round(values: Floats) -> bool:
    """Return whether most values are multiples of ten, which amounts in cents are not."""
    return float(np.mean(np.round(values, 2) % 10 == 0)) > ROUND_SHARE


def _are_cents(low: float, high: float) -> bool:
    return NEAR_CENTS[0] <= high / low <= NEAR_CENTS[1]


def _distance(one: Floats, other: Floats) -> float:
    places = np.concatenate([one, other])
    shares = (
        np.searchsorted(np.sort(part), places, side="right") / len(part) for part in (one, other)
    )
    return float(np.abs(np.subtract(*shares)).max())
