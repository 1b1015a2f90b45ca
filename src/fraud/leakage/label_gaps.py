"""Label gaps: periods whose frauds are missing, because their labels never arrived.

A model learns from such a period that fraud is legitimate, and is evaluated there on frauds that
nobody reported yet. A gap is a stretch of whole hours (days, when the data is long) that is too
quiet for chance and for bursts of fraud (`fraud.leakage.quiet_stretches`), at 1 % for all stretches
together.

Fraud is rarer at noon than at night, so that a stretch may well have half of its frauds without a
label missing. Only one with less than a tenth of them is called a gap; labels of which half arrived
are not seen here.
"""

from datetime import date
from typing import NamedTuple

import numpy as np

from foundation.errors import InvalidData
from fraud.data.arrays import Floats, Integers, Labels
from fraud.data.moments import moment
from fraud.leakage.checks import LeakageFinding, ok, warn
from fraud.leakage.quiet_stretches import (
    MISSING,
    Stretch,
    apart,
    explained_by_bursts,
    may_lack_frauds,
    quiet_stretches,
)

CHECK = "label gaps"
HOUR_SECONDS, DAY_SECONDS = 3_600, 86_400
DAYS_ARE_ENOUGH = 14  # with fewer days, stretches are of hours
MOST_PERIODS = 100


class _Periods(NamedTuple):
    """The rows and frauds of consecutive periods, from the first moment of the data in seconds.

    A period is `units` units of so many seconds; seconds count from the midnight of `since`.
    """

    rows: Integers
    frauds: Integers
    first: float
    unit: int
    units: int
    since: date | None

    @property
    def word(self) -> str:
        return "days" if self.unit == DAY_SECONDS else "hours"

    def named(self, stretch: Stretch) -> str:
        """Return "days 26 to 30, where the data ends (0 where 40 are expected)"."""
        end = ", where the data ends" if stretch.stop == len(self.rows) else ""
        return (
            f"{self._span(stretch)}{end} ({stretch.frauds} where {stretch.expected:.0f} are "
            "expected)"
        )

    def quietest(self, stretches: list[Stretch]) -> tuple[str, float]:
        """Return the quietest stretch in words, and the share of its frauds that it has."""
        quietest = min(stretches, key=lambda stretch: stretch.found_share)
        facts = f"{quietest.frauds} where {quietest.expected:.0f} are expected"
        return f"the quietest are {self._span(quietest)} ({facts})", quietest.found_share

    def _span(self, stretch: Stretch) -> str:
        """Return a stretch by its moments; without a calendar, by its units."""
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
    periods = _periods(times, labels, since)
    quiet = quiet_stretches(periods.rows, periods.frauds)
    lacking = apart(stretch for stretch in quiet if stretch.found_share < MISSING)
    gaps = [
        stretch
        for stretch in lacking
        if not explained_by_bursts(stretch, lacking, periods.rows, periods.frauds)
    ]
    if not gaps:
        return _no_gap(periods, quiet, lacking)
    sentence = (
        f"Frauds are missing beyond chance in {'; '.join(map(periods.named, gaps))}. Have the "
        "labels of that time arrived? Leave it out until they have: a model learns there that "
        "fraud is legitimate."
    )
    figures = {"gaps": len(gaps), "frauds": gaps[0].frauds, "expected": gaps[0].expected}
    return warn(CHECK, sentence, **figures)


def may_have_gap(times: Floats, labels: Labels) -> bool:
    """Return False where `label_gaps` names no gap for sure; it takes far less time."""
    periods = _periods(times, labels, None)
    return may_lack_frauds(periods.rows, periods.frauds)


def _periods(times: Floats, labels: Labels, since: date | None) -> _Periods:
    """Count rows and frauds in at most MOST_PERIODS periods."""
    if not len(times) or len(times) != len(labels):
        message = (
            f"Each row needs a time and a label: there are {len(times)} times and {len(labels)} "
            "labels. Nothing was checked."
        )
        raise InvalidData(message)
    span = float(np.ptp(times))
    is_short = span < DAYS_ARE_ENOUGH * DAY_SECONDS
    unit = HOUR_SECONDS if is_short else DAY_SECONDS
    units = int(span // (unit * MOST_PERIODS)) + 1
    first = float(times.min())
    period = ((times - first) // (units * unit)).astype(np.int64)
    frauds = np.bincount(period[labels == 1], minlength=int(period.max()) + 1)
    return _Periods(np.bincount(period), frauds, first, unit, units, since)


def _no_gap(periods: _Periods, quiet: list[Stretch], lacking: list[Stretch]) -> LeakageFinding:
    if not quiet:
        return ok(CHECK, f"No stretch of {periods.word} has fewer frauds than chance explains.")
    named, share = periods.quietest(lacking or quiet)
    reason = (
        "bursts of fraud may explain that"
        if lacking
        else f"fewer than {MISSING:.0%} would be suspicious"
    )
    sentence = f"No stretch of {periods.word} lacks its frauds: {named}; {reason}."
    return ok(CHECK, sentence, quietest_share=share)
