"""Result of an exploration: parameters, tables, figures, verdict and output."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from experiments.exploration.fraud_groups import FraudGroups
from experiments.protocol import DataChoice
from fraud.data.column_profile import ColumnFacts
from fraud.data.moments import counted_from
from fraud.data.roles import RoleName, left_out
from fraud.leakage.report import LeakageReport
from fraud.metrics.estimates import Estimate
from fraud.plausibility.report import PlausibilityReport

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

    from catalog.prepared_data import Manifest
    from fraud.data.labelled_rows import LabelledRows


STAGE = "explore"
WITHOUT: dict[RoleName, str] = {
    "amount": "The distribution of amounts is",
    "time": "The time of day, the drift of columns and of fraud, and the checks for future "
    "timestamps, label gaps and the gap between a random split and one by time are",
}
NO_GAP = "The gap between a random split and one by time was not measured. {}"


class ExploreParams(DataChoice):
    """The data set, the bootstrap, and the number of processes."""

    seed: int = Field(default=42, ge=0, lt=2**31)
    resamples: int = Field(default=1000, ge=1, le=100_000)
    workers: int = Field(default=2, ge=1, le=256)


@dataclass(frozen=True)
class SplitGap:
    """The average precision of one quick model on a random and on a time-ordered split."""

    random: Estimate
    time: Estimate


@dataclass(frozen=True)
class Exploration:
    """Columns, splits and leakage of a data set.

    Columns and figures describe the training and validation rows. Only the leakage report reads the
    test split, and it measures no model there.
    """

    stage: ClassVar[str] = STAGE
    manifest: "Manifest"
    rows: "LabelledRows"
    columns: list[ColumnFacts]
    gap: SplitGap | None  # None for data without a time, or with too few frauds for folds by time
    leakage: LeakageReport
    groups: FraudGroups
    began: datetime
    plausibility: PlausibilityReport  # of the raw file, from `prepare`
    why_no_gap: str = ""
    run_id: str | None = None
    tracking_problem: str | None = None

    def shape_table(self) -> "pl.DataFrame":
        """Return rows, frauds and times of each split."""
        from experiments.exploration.tables import shape_table

        return shape_table(self.manifest)

    def column_table(self) -> "pl.DataFrame":
        """Return one row a column: kind, missing values, range, AUC, drift; highest AUC first."""
        from experiments.exploration.tables import column_table

        return column_table(self.columns)

    def duplicates(self) -> str:
        """Return a sentence on duplicate rows, and on rows that were set aside."""
        from experiments.exploration.tables import duplicates

        return duplicates(self.manifest)

    def verdict(self) -> str:
        """Return which checks warn or doubt, and what could not be looked at."""
        return " ".join([self._warnings(), *self.notes()])

    def notes(self) -> list[str]:
        """Return a sentence on each part of the report that the data does not allow."""
        roles, data = self.manifest.roles, self.manifest.data
        missing = [left_out(WITHOUT[role], role, data=data) for role in roles.missing]
        return [*missing, *([NO_GAP.format(self.why_no_gap)] if self.why_no_gap else [])]

    def _warnings(self) -> str:
        """Return sentences that name the checks that warn, and doubts of plausibility."""
        checked, warned = self.leakage.findings, self.leakage.warnings
        sentence = f"None of {len(checked)} checks for leakage warns."
        if warned:
            named = ", ".join(finding.check for finding in warned)
            sentence = f"{len(warned)} of {len(checked)} checks for leakage warn: {named}."
        return f"{sentence} {self.plausibility.verdict()}" if self.plausibility.doubts else sentence

    @cached_property
    def plots(self) -> "dict[str, Figure]":
        """The figures, by name."""
        from experiments.exploration.plots import exploration_plots

        gap = (self.gap.random, self.gap.time) if self.gap else None
        since = self.manifest.time_since
        return {
            **exploration_plots(self.rows, self.columns, self.manifest.splits, gap, since),
            **self.groups.plots(),
        }

    def fraud_by_group(self) -> "list[Figure | pl.DataFrame | str]":
        """Return what shows the frauds of each text, gap and entity, and what the data lacks."""
        entities = [self.groups.entity_table()] if self.groups.entities else []
        drawn = [figure for name, figure in self.plots.items() if name in self.groups.plot_names]
        return [*drawn, *entities, *self.groups.notes()]

    def calendar(self) -> str:
        """Return a sentence that tells what the times of the data count from."""
        if self.manifest.time is None:
            return "The data has no time."
        return counted_from(self.manifest.time_since)

    def output(self) -> "ExploreOutput":
        """Return the output of the stage."""
        manifest = self.manifest
        return ExploreOutput(
            data_digest=manifest.data_digest,
            simulated=manifest.simulated,
            rows=sum(split.rows for split in manifest.splits.values()),
            frauds=sum(split.frauds for split in manifest.splits.values()),
            leakage=self.leakage,
            plausibility=self.plausibility,
            random_split=self.gap.random if self.gap else None,
            time_split=self.gap.time if self.gap else None,
            verdict=self.verdict(),
            run_id=self.run_id,
            tracking_problem=self.tracking_problem,
        )


class ExploreOutput(BaseModel):
    """The output of the stage; a promotion requires its leakage report."""

    model_config = ConfigDict(frozen=True)

    data_digest: str
    simulated: bool
    rows: int
    frauds: int
    leakage: LeakageReport
    plausibility: PlausibilityReport = PlausibilityReport()
    random_split: Estimate | None
    time_split: Estimate | None
    verdict: str
    run_id: str | None
    tracking_problem: str | None
