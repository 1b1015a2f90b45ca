"""Plausibility report: the findings of all checks of a described table."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from fraud.plausibility.amounts import amounts, unit_of_amounts
from fraud.plausibility.columns import DescribedColumns, TimeColumn
from fraud.plausibility.finding import PlausibilityFinding
from fraud.plausibility.keys import key
from fraud.plausibility.labels import label, labels_in_time
from fraud.plausibility.time_pattern import one_moment, time_of_day
from fraud.plausibility.time_range import dates, span
from fraud.plausibility.time_unit import time_unit

if TYPE_CHECKING:
    import polars as pl


class PlausibilityReport(BaseModel):
    """The findings, in the order of the checks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    findings: tuple[PlausibilityFinding, ...] = ()

    @property
    def impossible(self) -> tuple[PlausibilityFinding, ...]:
        return tuple(finding for finding in self.findings if finding.verdict == "impossible")

    @property
    def doubtful(self) -> tuple[PlausibilityFinding, ...]:
        return tuple(finding for finding in self.findings if finding.verdict == "doubtful")

    @property
    def doubts(self) -> tuple[PlausibilityFinding, ...]:
        """What is impossible, then what is doubtful."""
        return (*self.impossible, *self.doubtful)

    def verdict(self) -> str:
        """Return a sentence that names the checks whose result is in doubt."""
        if not self.findings:
            return "No check of plausibility was made."
        if not self.doubts:
            return f"None of {len(self.findings)} checks of plausibility has a doubt."
        named = ", ".join(f"{finding.check} ({finding.verdict})" for finding in self.doubts)
        counted = f"{len(self.doubts)} of {len(self.findings)} checks of plausibility"
        return f"{counted} {'has' if len(self.doubts) == 1 else 'have'} a doubt: {named}."

    def table(self) -> "pl.DataFrame":
        """Return one row a finding: its check, its verdict and its sentence."""
        import polars as pl

        rows = [(finding.check, finding.verdict, finding.sentence) for finding in self.findings]
        schema = dict.fromkeys(("check", "verdict", "finding"), pl.String)
        return pl.DataFrame(rows, schema=schema, orient="row")


def plausibility(columns: DescribedColumns, now: datetime) -> PlausibilityReport:
    """Check whether the columns of a table can be what they are described as.

    `now` is a moment with a zone; later dates are in the future. A table without rows has no
    findings.
    """
    return PlausibilityReport(findings=tuple(_findings(columns, now)))


def _findings(columns: DescribedColumns, now: datetime) -> Iterator[PlausibilityFinding]:
    time, amount, labels = columns.time, columns.amount, columns.label
    is_read = False
    if time is not None and len(time.seconds):
        of_time = list(_of_time(time, now))
        is_read = all(finding.verdict != "impossible" for finding in of_time)
        yield from of_time
    if amount is not None and len(amount.values):
        yield amounts(amount)
        yield unit_of_amounts(amount, time if is_read else None)
    if labels is not None and len(labels.values):
        yield label(labels)
        if time is not None and is_read:
            yield labels_in_time(labels, time)
    yield from map(key, columns.keys)


def _of_time(time: TimeColumn, now: datetime) -> Iterator[PlausibilityFinding]:
    unit = time_unit(time, now)
    if unit is not None:
        yield unit
        if unit.verdict == "impossible":  # which makes every other finding wrong too
            return
    if (found := dates(time, now)) is not None:
        yield found
    yield span(time)
    yield time_of_day(time)
    yield one_moment(time)
