"""Prepare: validates one raw file and splits it into train, validation and test."""

import polars as pl
from pydantic import BaseModel, ConfigDict

from catalog.preparation import Preparation, Prepared, prepare_data
from foundation.executions import Execution
from foundation.locations import Split
from fraud.leakage.checks import LeakageFinding
from fraud.plausibility.report import PlausibilityReport


class PrepareParams(Preparation):
    """The parameters of a preparation."""


class PrepareOutput(BaseModel):
    """Counts of the prepared splits; the data digest is also the folder of the splits."""

    model_config = ConfigDict(frozen=True)

    data_digest: str
    rows: dict[Split, int]
    frauds: dict[Split, int]
    simulated: bool
    duplicates: int
    quarantined: int
    leakage: list[LeakageFinding]
    plausibility: PlausibilityReport = PlausibilityReport()

    def split_table(self) -> pl.DataFrame:
        """Return rows, frauds and share of frauds of each split."""
        counts = {"rows": list(self.rows.values()), "frauds": list(self.frauds.values())}
        table = pl.DataFrame({"split": list(self.rows), **counts})
        return table.with_columns(fraud_share=pl.col("frauds") / pl.col("rows"))

    def leakage_table(self) -> pl.DataFrame:
        """Return check, verdict and sentence of each leakage finding."""
        columns = ("check", "verdict", "sentence")
        return pl.DataFrame([finding.model_dump(include=set(columns)) for finding in self.leakage])


def prepare(execution: Execution, params: PrepareParams) -> PrepareOutput:
    """Validate the raw file, and write its splits under `prepared/{data digest}/`.

    Raises InvalidParams, NotFound, DigestMismatch or InvalidData; nothing is written then.
    """
    return execution.finish("prepare", _output(prepare_data(execution, params)))


def _output(prepared: Prepared) -> PrepareOutput:
    manifest = prepared.manifest
    return PrepareOutput(
        data_digest=manifest.data_digest,
        rows={name: file.rows for name, file in manifest.splits.items()},
        frauds={name: file.frauds for name, file in manifest.splits.items()},
        simulated=manifest.simulated,
        duplicates=manifest.duplicate_rows,
        quarantined=manifest.quarantined,
        leakage=prepared.leakage,
        plausibility=prepared.plausibility,
    )
