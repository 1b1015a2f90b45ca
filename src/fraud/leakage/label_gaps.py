"""Label gaps: periods whose frauds are missing, because their labels never arrived.

A model learns from such a period that fraud is legitimate, and is evaluated there on frauds that
nobody reported yet. Every stretch of whole hours (days, when the data is long) is compared with
the rest: given as many frauds as there are, how likely are so few of them here? That is the exact
conditional test of two Poisson rates (Przyborowski and Wilenski, "Homogeneity of Results in Testing
Samples from Poisson Series", Biometrika 1940), at 1 % for all stretches together (Bonferroni).

Fraud comes in bursts, and is rarer at noon than at night, so that a stretch may well have half of
its frauds without a label missing. Only one with less than a tenth of them is called a gap; labels
of which half arrived are not seen here.
"""

from datetime import date
from typing import NamedTuple

import numpy as np

from foundation.errors import InvalidData
from fraud.data.arrays import Floats, Integers, Labels
from fraud.data.moments import moment
from fraud.leakage.checks import LeakageFinding, ok, warn

CHECK = "label gaps"
MISSING = 0.1  # of the frauds that the rest of the data makes one expect
SIGNIFICANCE = 0.01  # of all stretches together
HOUR_SECONDS, DAY_SECONDS = 3_600, 86_400
DAYS_ARE_ENOUGH = 14  # with fewer days, stretches are of hours
MOST_PERIODS = 100


class Stretch(NamedTuple):
    """Periods from `start` up to `stop`, their frauds, and those that the rest makes one expect."""

    start: int
    stop: int
    frauds: int
    expected: float

    @property
    def found_share(self) -> float:
        return self.frauds / self.expected

    def overlaps(self, other: "Stretch") -> bool:
        return self.start < other.stop and other.start < self.stop


class _Clock(NamedTuple):
    """The first moment of the data in seconds, and periods of `units` units of so many seconds."""

    first: float
    unit: int
    units: int
    since: date | None

    @property
    def word(self) -> str:
        return "days" if self.unit == DAY_SECONDS else "hours"

    def named(self, stretch: Stretch) -> str:
        """Return the stretch by its moments; without a calendar, by its units."""
        if self.since is None:
            return f"{self.word} {stretch.start * self.units} to {stretch.stop * self.units}"
        width = self.unit * self.units
        start, stop = (
            moment(self.first + place * width, self.since)
            for place in (stretch.start, stretch.stop)
        )
        return f"{start} to {stop}"


def label_gaps(times: Floats, labels: Labels, *, since: date | None = None) -> LeakageFinding:
    """Find the stretches of time, within the data or at its end, that lack their frauds.

    `times` are seconds, which count from the midnight of `since`; without a calendar, stretches are
    named by hours or days since the first row. Gaps that are named do not overlap.
    """
    if not len(times) or len(times) != len(labels):
        message = (
            f"Each row needs a time and a label: there are {len(times)} times and {len(labels)} "
            "labels. Nothing was checked."
        )
        raise InvalidData(message)
    unit, units = _period(float(np.ptp(times)))
    period = ((times - times.min()) // (units * unit)).astype(np.int64)
    frauds = np.bincount(period, labels).astype(np.int64)
    quiet = quiet_stretches(np.bincount(period), frauds)
    clock = _Clock(float(times.min()), unit, units, since)
    gaps = _apart([stretch for stretch in quiet if stretch.found_share < MISSING])
    if not gaps:
        return _no_gap(quiet, clock)
    named = [_named(gap, clock, is_last=gap.stop == len(frauds)) for gap in gaps]
    sentence = (
        f"Frauds are missing beyond chance in {'; '.join(named)}. Have the labels of that time "
        "arrived? Leave it out until they have: a model learns there that fraud is legitimate."
    )
    figures = {"gaps": len(gaps), "frauds": gaps[0].frauds, "expected": gaps[0].expected}
    return warn(CHECK, sentence, **figures)


def quiet_stretches(rows: Integers, frauds: Integers) -> list[Stretch]:
    """Find the stretches of periods with fewer frauds than chance explains, the strangest first."""
    from scipy.special import bdtr

    start, stop = np.triu_indices(len(rows) + 1, 1)
    inside, found = _sums(rows, start, stop), _sums(frauds, start, stop)
    total_rows, total = int(rows.sum()), int(frauds.sum())
    chance = bdtr(found.astype(np.float64), total, inside / total_rows)
    outside = np.maximum(total_rows - inside, 1)
    expected = (total - found) * inside / outside
    unlikely = np.flatnonzero((chance * len(chance) < SIGNIFICANCE) & (found < expected))
    strangest = unlikely[np.argsort(chance[unlikely], kind="stable")]
    return [
        Stretch(int(start[n]), int(stop[n]), int(found[n]), float(expected[n])) for n in strangest
    ]


def _sums(counts: Integers, start: Integers, stop: Integers) -> Integers:
    before: Integers = np.append(0, np.cumsum(counts))
    return before[stop] - before[start]


def _period(span: float) -> tuple[int, int]:
    """Return the unit in seconds and the units of a period, for at most MOST_PERIODS periods."""
    unit = HOUR_SECONDS if span < DAYS_ARE_ENOUGH * DAY_SECONDS else DAY_SECONDS
    return unit, int(span // (unit * MOST_PERIODS)) + 1


def _apart(stretches: list[Stretch]) -> list[Stretch]:
    """Return the stretches without those that overlap an earlier one."""
    kept: list[Stretch] = []
    for stretch in stretches:
        if not any(stretch.overlaps(other) for other in kept):
            kept.append(stretch)
    return kept


def _named(stretch: Stretch, clock: _Clock, *, is_last: bool = False) -> str:
    end = ", where the data ends" if is_last else ""
    return (
        f"{clock.named(stretch)}{end} ({stretch.frauds} where {stretch.expected:.0f} are expected)"
    )


def _no_gap(quiet: list[Stretch], clock: _Clock) -> LeakageFinding:
    word = clock.word
    if not quiet:
        return ok(CHECK, f"No stretch of {word} has fewer frauds than chance explains.")
    quietest = min(quiet, key=lambda stretch: stretch.found_share)
    sentence = (
        f"No stretch of {word} lacks its frauds: the quietest are {_named(quietest, clock)}; "
        f"fewer than {MISSING:.0%} would be suspicious."
    )
    return ok(CHECK, sentence, quietest_share=quietest.found_share)
