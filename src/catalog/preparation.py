"""Preparation: validates one raw file and writes train, validation and test under a digest."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pydantic import ValidationError, field_validator

from catalog.plausibility import PlausibilityParams, raw_plausibility, require_plausible
from catalog.prepared_data import (
    FORMAT,
    PLAUSIBILITY,
    Manifest,
    data_spec,
    origin_key,
    read_manifest,
    read_plausibility,
)
from catalog.raw_advice import ways_to_raw_data
from catalog.raw_checks import (
    Origin,
    RawCheckParams,
    require_digest,
    require_good_rows,
    require_minimum_rows,
)
from catalog.raw_file import ReadOptions, read_raw
from catalog.repeated_ids import without_repeated_ids
from catalog.split_files import SplitFile, SplitTable, split_rows, write_splits
from catalog.train_categories import train_categories
from foundation import locations
from foundation.digests import canonical_json, digest_of_json
from foundation.errors import InvalidData, NotFound
from foundation.executions import Execution
from foundation.locations import Split, uri
from fraud.data.spec import DataSpec
from fraud.data.splits import BY_TIME, NOT_BY_TIME, SplitPlan
from fraud.leakage.checks import LeakageFinding
from fraud.plausibility.report import PlausibilityReport

UNIX_EPOCH = date(1970, 1, 1)


class Preparation(RawCheckParams, PlausibilityParams, SplitPlan):
    """What to prepare: a data set of `params/data/`, read from its usual key or from `source`."""

    data: str = "creditcard"
    source: str = ""

    @field_validator("source")
    @classmethod
    def _names_an_object(cls, source: str) -> str:
        if source and not (source.startswith("s3://") and all(_bucket_and_key(source))):
            message = "it should be empty, or an object such as s3://bucket/folder/file.csv"
            raise ValueError(message)
        return source

    @property
    def plan(self) -> SplitPlan:
        return SplitPlan(**self.model_dump(include=set(SplitPlan.model_fields)))


@dataclass(frozen=True)
class RawData:
    """A local raw file with its data set description and its origin."""

    path: Path
    spec: DataSpec
    origin: Origin


@dataclass(frozen=True)
class Prepared:
    """A prepared data set: its manifest, and the findings of the checks of its rows."""

    manifest: Manifest
    leakage: list[LeakageFinding]
    plausibility: PlausibilityReport


def prepare_data(execution: Execution, params: Preparation) -> Prepared:
    """Validate the raw file and write its splits under `prepared/{data digest}/`.

    The same file, data set and split give the same digest and the same files. Raises InvalidParams,
    NotFound, DigestMismatch or InvalidData; nothing is written then.
    """
    with tempfile.TemporaryDirectory(prefix="ceap-prepare-") as temporary:
        folder = Path(temporary, "prepared")
        folder.mkdir()
        raw = _fetch(execution, params, Path(temporary))
        prepared = prepare_file(raw, params, folder, now=execution.now())
        # The manifest is written last: where it is, all is.
        for path in sorted(folder.iterdir(), key=lambda path: path.name == "manifest.json"):
            key = locations.prepared_key(prepared.manifest.data_digest, path.name)
            execution.upload(execution.settings.data_bucket, key, path)
    return prepared


def find_or_prepare(execution: Execution, params: Preparation) -> Manifest:
    """Return the manifest of the raw file that the origin record names, preparing it if needed.

    A raw file that was replaced without its origin record goes unnoticed here; `prepare_data`
    reads the file itself. Raises InvalidData where what was found of its plausibility is to stop.
    """
    spec = _described(params)
    bucket, key = raw_location(execution, params, spec)
    origin = _origin(execution, bucket, origin_key(key))
    if not origin.sha256:
        return prepare_data(execution, params).manifest
    try:
        manifest = read_manifest(execution, data_digest(origin.sha256, spec, params.plan))
        require_plausible(read_plausibility(execution, manifest.data_digest), params, spec)
    except NotFound:  # nobody has prepared it yet, or not since plausibility is checked
        return prepare_data(execution, params).manifest
    return manifest


def data_digest(raw_sha256: str, spec: DataSpec, plan: SplitPlan) -> str:
    """Return the digest of all that decides prepared data: raw file, description, split, format."""
    decided_by = {
        "format": FORMAT,
        "raw": raw_sha256,
        # Without what it does not use, so that a new kind of column renames no data without any.
        "spec": {
            **spec.model_dump(mode="json", exclude_defaults=True, exclude={"floors"}),
            "sha256": spec.sha256,
        },
        "split": plan.model_dump(),
        # Without it where nothing is, so that other data keeps its name.
        **({"exact_texts": spec.exact_texts} if spec.exact_texts else {}),
    }
    return digest_of_json(decided_by)


def prepare_file(raw: RawData, params: Preparation, folder: Path, *, now: datetime) -> Prepared:
    """Validate the file and write its splits, manifest and what was found to `folder`.

    Memory holds a few blocks of rows, however long the file is. Dates after `now` are doubted.
    """
    with tempfile.TemporaryDirectory(prefix="ceap-blocks-") as blocks:
        reading = ReadOptions(described_rows=params.described_rows)
        read = read_raw(raw.path, raw.spec, Path(blocks), reading)
        checked = without_repeated_ids(read, params.described_rows)
        if params.require_digest:
            require_digest(checked, raw.spec, raw.origin)
        require_good_rows(checked, params)
        require_minimum_rows(checked, params.minimum_rows or raw.spec.minimum_rows)
        repeated = len(read.labels) - len(checked.labels)
        plausibility = raw_plausibility(checked, repeated_ids=repeated, now=now)
        require_plausible(plausibility, params, raw.spec)
        table = split_rows(checked, params.plan)
        files, findings = write_splits(table, folder, checked.spec)
    if checked.bad_count:
        checked.bad.write_parquet(folder / "quarantine.parquet")
    categories = train_categories(folder / "train.parquet", checked.spec)
    manifest = _manifest(raw, table, files, categories)
    report = [finding.model_dump(mode="json") for finding in findings]
    (folder / "leakage.json").write_bytes(canonical_json(report))
    (folder / PLAUSIBILITY).write_bytes(canonical_json(plausibility.model_dump(mode="json")))
    (folder / "manifest.json").write_bytes(manifest.to_json())
    return Prepared(manifest, findings, plausibility)


def _fetch(execution: Execution, params: Preparation, folder: Path) -> RawData:
    spec = _described(params)
    bucket, key = raw_location(execution, params, spec)
    path = folder / Path(key).name
    try:
        execution.download(bucket, key, path)
    except NotFound as error:
        message = (
            f"There is no raw data at {uri(bucket, key)}. Put it there with "
            f"{ways_to_raw_data(spec)}. Nothing was prepared. ({error})"
        )
        raise NotFound(message) from error
    return RawData(path, spec, _origin(execution, bucket, origin_key(key)))


def _described(params: Preparation) -> DataSpec:
    """Load the description of the data; RoleMissing for a split by time of data without a time."""
    spec = data_spec(params.data)
    if params.method == "time":
        spec.roles.require_time(BY_TIME, data=spec.name, otherwise=NOT_BY_TIME)
    return spec


def raw_location(execution: Execution, params: Preparation, spec: DataSpec) -> tuple[str, str]:
    """Return bucket and key of the raw file: the usual ones, or those that `source` names."""
    if params.source:
        return _bucket_and_key(params.source)
    return execution.settings.data_bucket, locations.raw_key(spec.raw)


def _bucket_and_key(source: str) -> tuple[str, str]:
    bucket, _, key = source.removeprefix("s3://").partition("/")
    return bucket, key


def _origin(execution: Execution, bucket: str, key: str) -> Origin:
    try:
        return Origin.model_validate_json(execution.read(bucket, key))
    except NotFound:
        return Origin()
    except ValidationError as error:
        message = (
            f"{uri(bucket, key)} should say where the raw file comes from, as "
            f'{{"simulated": false, "source": "…"}}: {error}. Nothing was prepared.'
        )
        raise InvalidData(message) from error


def _manifest(
    raw: RawData,
    table: SplitTable,
    files: Mapping[Split, SplitFile],
    categories: dict[str, list[str]],
) -> Manifest:
    duplicate_rows, duplicate_frauds = table.duplicates
    spec = table.raw.spec
    return Manifest(
        data_digest=data_digest(table.raw.digest, raw.spec, table.plan),
        data=raw.spec.name,
        simulated=raw.origin.simulated or raw.spec.simulated,
        origin=raw.origin.source,
        raw_sha256=table.raw.digest,
        raw_rows=table.raw.rows,
        columns=list(spec.model_columns),
        amount=spec.amount,
        amount_may_be_negative=spec.amount_may_be_negative,
        time=spec.time,
        time_since=UNIX_EPOCH if spec.time is not None and spec.has_calendar else None,
        label=spec.label,
        id=spec.id,
        entities=spec.entity_columns,
        categories=categories,
        missing=spec.missing,
        split=table.plan,
        splits=dict(files),
        duplicate_rows=duplicate_rows,
        duplicate_frauds=duplicate_frauds,
        quarantined=table.raw.bad_count,
        quarantined_reasons=table.raw.reasons,
    )
