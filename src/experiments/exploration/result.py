"""Result of an exploration: its parameters, tables, verdict and output."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from experiments.protocol import DataChoice
from fraud.data.column_profile import ColumnFacts
from fraud.leakage.report import LeakageReport
from fraud.metrics.estimates import Estimate

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

    from catalog.prepared_data import Manifest
    from fraud.data.labelled_rows import LabelledRows


class ExploreParams(DataChoice):
    """Which data to look into, and how carefully."""

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
    """What was found. Columns and pictures are of the rows that may be learned from; only the
    leakage report looks at the test split, and never at how well anything does there."""

    manifest: "Manifest"
    rows: "LabelledRows"
    columns: list[ColumnFacts]
    gap: SplitGap
    leakage: LeakageReport
    began: datetime
    run_id: str | None = None
    tracking_problem: str | None = None

    def shape_table(self) -> "pl.DataFrame":
        """Rows, frauds and times of each split."""
        from experiments.exploration.tables import shape_table

        return shape_table(self.manifest)

    def column_table(self) -> "pl.DataFrame":
        """One row a column: kind, missing values, range, strength and drift; strongest first."""
        from experiments.exploration.tables import column_table

        return column_table(self.columns)

    def duplicates(self) -> str:
        """How many rows repeat another one, and what was done about bad ones."""
        from experiments.exploration.tables import duplicates

        return duplicates(self.manifest)

    def verdict(self) -> str:
        """Say which checks of the leakage report a person should look at."""
        checked, warned = self.leakage.findings, self.leakage.warnings
        if not warned:
            return f"None of {len(checked)} checks for leakage warns."
        named = ", ".join(finding.check for finding in warned)
        return f"{len(warned)} of {len(checked)} checks for leakage warn: {named}."

    @cached_property
    def plots(self) -> "dict[str, Figure]":
        from experiments.exploration.plots import exploration_plots

        gap = (self.gap.random, self.gap.time)
        return exploration_plots(self.rows, self.columns, self.manifest.splits, gap)


class ExploreOutput(BaseModel):
    """What an exploration leaves: the leakage report is what a promotion will ask for."""

    model_config = ConfigDict(frozen=True)

    data_digest: str
    simulated: bool
    rows: int
    frauds: int
    leakage: LeakageReport
    random_split: Estimate
    time_split: Estimate
    verdict: str
    run_id: str | None
    tracking_problem: str | None
