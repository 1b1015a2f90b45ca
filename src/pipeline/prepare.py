"""Prepare: turns one raw file into train, validation and test, or says why it cannot."""

import polars as pl
from pydantic import BaseModel, ConfigDict

from catalog.preparation import Preparation, prepare_data
from catalog.prepared_data import Manifest
from foundation.executions import Execution
from foundation.locations import Split
from fraud.leakage.checks import LeakageFinding


class PrepareParams(Preparation):
    """The stage takes what a preparation takes."""


class PrepareOutput(BaseModel):
    """What `prepare` made; the digest is also the folder that it lies in."""

    model_config = ConfigDict(frozen=True)

    data_digest: str
    rows: dict[Split, int]
    frauds: dict[Split, int]
    simulated: bool
    duplicates: int
    quarantined: int
    leakage: list[LeakageFinding]

    def split_table(self) -> pl.DataFrame:
        counts = {"rows": list(self.rows.values()), "frauds": list(self.frauds.values())}
        table = pl.DataFrame({"split": list(self.rows), **counts})
        return table.with_columns(fraud_share=pl.col("frauds") / pl.col("rows"))

    def leakage_table(self) -> pl.DataFrame:
        columns = ("check", "verdict", "sentence")
        return pl.DataFrame([finding.model_dump(include=set(columns)) for finding in self.leakage])


def prepare(execution: Execution, params: PrepareParams) -> PrepareOutput:
    """Check the raw file, leave its splits under `prepared/{data digest}/`, and say what they hold.

    Raises InvalidParams, NotFound, DigestMismatch or InvalidData; nothing is left then.
    """
    return execution.finish("prepare", _output(*prepare_data(execution, params)))


def _output(manifest: Manifest, findings: list[LeakageFinding]) -> PrepareOutput:
    return PrepareOutput(
        data_digest=manifest.data_digest,
        rows={name: file.rows for name, file in manifest.splits.items()},
        frauds={name: file.frauds for name, file in manifest.splits.items()},
        simulated=manifest.simulated,
        duplicates=manifest.duplicate_rows,
        quarantined=manifest.quarantined,
        leakage=findings,
    )
