"""Prepared data: the manifest and splits that `prepare` writes, and how later stages read them."""

from datetime import date
from io import BytesIO

import polars as pl
from pydantic import Field

from catalog.split_files import SplitFile
from foundation import locations
from foundation.digests import digest_of_bytes
from foundation.errors import DigestMismatch, InvalidData, InvalidParams
from foundation.executions import Execution
from foundation.locations import Split, uri
from foundation.params import did_you_mean
from foundation.record import Record
from foundation.settings import project_root
from fraud.data.roles import Roles
from fraud.data.spec import DataSpec
from fraud.data.splits import SplitPlan
from fraud.plausibility.report import PlausibilityReport

PLAUSIBILITY = "plausibility.json"  # beside the splits: a PlausibilityReport of the raw file
FORMAT = 2  # of prepared splits; a change of what they hold, or of their bytes, makes it one more


class Manifest(Record):
    """Manifest of `prepared/{data digest}/`; the digest covers all that decides the splits.

    `columns` are the columns of a model, of which `amount` and `time`, where the data has them, are
    the last. `categories` maps each text column to the texts of the train split, the commonest
    first. The columns of `missing` may lack numbers. `entities` maps the role of each participant
    to its column of text, and `id` is the column of transaction ids. Seconds count from the
    midnight of `time_since` in UTC; where it is None, no calendar day is known, and they count from
    the first midnight of the data.
    """

    format: int = FORMAT
    data_digest: str
    data: str
    simulated: bool
    origin: str
    raw_sha256: str
    raw_rows: int
    columns: list[str]
    amount: str | None = None
    amount_may_be_negative: bool = False
    time: str | None = None
    time_since: date | None = None
    label: str
    id: str | None = None
    entities: dict[str, str] = Field(default={})
    categories: dict[str, list[str]] = Field(default={})
    missing: list[str] = Field(default=[])
    split: SplitPlan
    splits: dict[Split, SplitFile]
    duplicate_rows: int
    duplicate_frauds: int
    quarantined: int
    quarantined_reasons: dict[str, int]

    @property
    def roles(self) -> Roles:
        """The amount and the time, where the data has them."""
        return Roles(self.amount, self.time, self.amount_may_be_negative)


def data_spec(name: str) -> DataSpec:
    """Load the data set description `params/data/{name}.yaml`.

    Raises InvalidParams, with the names of all data sets, for an unknown one.
    """
    folder = project_root() / "params" / "data"
    known = {path.stem for path in folder.glob("*.yaml")}
    if name not in known:
        problem = f"no data set is called {name!r}; {did_you_mean(name, known)}"
        raise InvalidParams(str(folder), [problem])
    return DataSpec.from_yaml(folder / f"{name}.yaml")


def origin_key(raw_key: str) -> str:
    """Return the key of the origin record of a raw file."""
    return f"{raw_key}.origin.json"


def read_manifest(execution: Execution, data_digest: str) -> Manifest:
    """Read the manifest of prepared data; InvalidData when it describes other data."""
    bucket, key = execution.settings.data_bucket, locations.manifest_key(data_digest)
    manifest = Manifest.model_validate_json(execution.read(bucket, key))
    if manifest.data_digest != data_digest:
        message = f"{uri(bucket, key)} describes {manifest.data_digest}. Run prepare again."
        raise InvalidData(message)
    return manifest


def read_plausibility(execution: Execution, data_digest: str) -> PlausibilityReport:
    """Read what `prepare` found of the plausibility of the raw file; NotFound in older data."""
    key = locations.prepared_key(data_digest, PLAUSIBILITY)
    return PlausibilityReport.model_validate_json(
        execution.read(execution.settings.data_bucket, key)
    )


def read_split(execution: Execution, manifest: Manifest, name: Split) -> pl.DataFrame:
    """Read one split, its label last; DigestMismatch when it is not as `prepare` left it."""
    bucket, key = execution.settings.data_bucket, locations.split_key(manifest.data_digest, name)
    data = execution.read(bucket, key)
    expected, found = manifest.splits[name].sha256, digest_of_bytes(data)
    if found != expected:
        raise DigestMismatch(
            uri(bucket, key), expected=expected, found=found, way_out="Run prepare again."
        )
    return pl.read_parquet(BytesIO(data))
