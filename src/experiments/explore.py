"""Explore: what is in a data set, and what in it could fool a model."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from experiments.choices import DataChoice
from experiments.workshop import Workshop, open_workshop, stage_params
from fraud.column_facts import ColumnFacts
from fraud.leakage_report import LeakageReport
from fraud.metrics import Estimate

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

    from experiments.progress import Tell
    from fraud.labelled_rows import LabelledRows
    from shelf.prepared_data import Manifest

STAGE = "explore"


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
        from experiments.exploration_tables import shape_table

        return shape_table(self.manifest)

    def column_table(self) -> "pl.DataFrame":
        """One row a column: kind, missing values, range, strength and drift; strongest first."""
        from experiments.exploration_tables import column_table

        return column_table(self.columns)

    def duplicates(self) -> str:
        """How many rows repeat another one, and what was done about bad ones."""
        from experiments.exploration_tables import duplicates

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
        from experiments.exploration_pictures import exploration_plots

        return exploration_plots(self)


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


def explore(
    *,
    workshop: Workshop | None = None,
    execution_id: str = "interactive",
    on_fit: "Tell | None" = None,
    **params: Any,
) -> Exploration:
    """Look into a data set, and record its leakage report.

    `params` are those of `params/experiments/explore.yaml`, whose values hold where none is given.
    Raises NotFound where the data is not there.
    """
    from experiments.exploration import explored

    chosen: ExploreParams = stage_params(ExploreParams, STAGE, params)
    return explored(chosen, workshop or open_workshop(execution_id), on_fit)


def finish(exploration: Exploration, workshop: Workshop) -> ExploreOutput:
    """Leave what was found in the execution."""
    manifest = exploration.manifest
    output = ExploreOutput(
        data_digest=manifest.data_digest,
        simulated=manifest.simulated,
        rows=sum(split.rows for split in manifest.splits.values()),
        frauds=sum(split.frauds for split in manifest.splits.values()),
        leakage=exploration.leakage,
        random_split=exploration.gap.random,
        time_split=exploration.gap.time,
        verdict=exploration.verdict(),
        run_id=exploration.run_id,
        tracking_problem=exploration.tracking_problem,
    )
    return workshop.execution.finish(STAGE, output)
