"""Raw data: fetches, ingests or simulates a raw file, and publishes it for `prepare`."""

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import ValidationError

from catalog.prepared_data import origin_key
from catalog.raw_advice import ways_to_raw_data
from catalog.raw_checks import Origin
from catalog.raw_sample import require_readable
from catalog.raw_sources import Source, TransferProgress
from foundation import locations
from foundation.commands import simulate
from foundation.digests import digest_of_file
from foundation.errors import (
    AlreadyExists,
    DigestMismatch,
    FraudDetectionError,
    InvalidData,
    InvalidParams,
    NotFound,
    Unavailable,
)
from foundation.locations import uri
from foundation.settings import Settings
from foundation.stores.object_store import ObjectStore
from fraud.data.spec import DataSpec
from fraud.simulation.registry import simulation_of

REFERENCE = "creditcard"
INGEST_PREFIX = ".ingest-"
DAY_SECONDS = 86_400


@dataclass(frozen=True)
class RawFile:
    """A local raw file and its origin; `reused` when it was present already."""

    path: Path
    origin: Origin
    reused: bool = False


@dataclass(frozen=True)
class Publication:
    """Result of `publish_raw`: `was_there` when nothing was written, else the `replaced` origin."""

    was_there: bool
    replaced: Origin | None


def cached_file(settings: Settings, spec: DataSpec) -> Path:
    """Return the path at which this machine caches the published raw file between commands."""
    return settings.state_directory / "data" / spec.raw


def fetch_raw(
    spec: DataSpec, sources: Sequence[Source], target: Path, progress: TransferProgress
) -> RawFile:
    """Fetch the published file of `spec` to `target` from the first source that has it.

    The sha256 decides, whatever the source; a file at `target` with that sha256 is used again.

    Raises:
        InvalidParams: The data set names no sha256.
        Unavailable: No source has the file, with the reason of each; `target` is unchanged.
    """
    if spec.sha256 is None:
        what = f"Data set {spec.name}"
        problem = "it names no sha256, so nothing published can be known to be it; use ingest"
        raise InvalidParams(what, [problem])
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_file() and digest_of_file(target) == spec.sha256:
        return RawFile(target, _cached_origin(target, spec.sha256), reused=True)
    reasons = []
    for source in sources:
        try:
            origin = _fetch_from(source, spec, target, progress)
        except (FraudDetectionError, OSError) as error:
            reasons.append(f"{source.name}: {error}")
            progress.note(reasons[-1])
        else:
            return RawFile(target, origin)
    listed = "\n".join(f"  - {reason}" for reason in reasons)
    message = (
        f"The published {spec.name} data is not to be had from here:\n{listed}\nName a copy with "
        "--from PATH or s3://bucket/key. Nothing was kept. Other ways: "
        f"{ways_to_raw_data(spec)}"
    )
    raise Unavailable(message)


def publish_raw(
    raw: RawFile, spec: DataSpec, store: ObjectStore, settings: Settings
) -> Publication:
    """Write a raw file to the key that `prepare` reads, unless the same file is there already."""
    bucket, key = settings.data_bucket, locations.raw_key(spec.raw)
    there = read_published_origin(spec, store, settings)
    if there is not None and there.sha256 == raw.origin.sha256:
        return Publication(was_there=True, replaced=None)
    # Without an origin a file is taken for the published one and its digest is demanded: should
    # this be cut short, simulated data is not mistaken for real data.
    store.delete(bucket, origin_key(key))
    store.upload(bucket, key, raw.path)
    store.write(bucket, origin_key(key), raw.origin.to_json())
    return Publication(was_there=False, replaced=there)


def require_no_real_data(spec: DataSpec, store: ObjectStore, settings: Settings) -> None:
    """Raise AlreadyExists where simulated data would replace real data."""
    there = read_published_origin(spec, store, settings)
    if there is not None and not there.simulated:
        message = (
            f"{uri(settings.data_bucket, locations.raw_key(spec.raw))} holds real data (from "
            f"{there.source or 'somewhere unknown'}), which simulated data would replace. It was "
            "not touched. To replace it, add --force; to write a file only, --file PATH."
        )
        raise AlreadyExists(message)


def read_published_origin(spec: DataSpec, store: ObjectStore, settings: Settings) -> Origin | None:
    """Return the origin of the raw file that `prepare` would read; None when there is no file."""
    bucket, key = settings.data_bucket, locations.raw_key(spec.raw)
    if not store.exists(bucket, key):
        return None
    try:
        return Origin.model_validate_json(store.read(bucket, origin_key(key)))
    except (NotFound, ValidationError):
        return Origin()


@contextmanager
def open_ingested(
    spec: DataSpec,
    source: Source,
    *,
    other_data: bool,
    folder: Path,
    progress: TransferProgress,
) -> Iterator[RawFile]:
    """Validate the user's own file for `spec`, and keep a copy in `folder` inside the block.

    With `other_data`, a file other than the published one is accepted, and its origin notes it.

    Raises:
        InvalidData: The columns are others, the file is cut off, or most of its first rows are bad.
        DigestMismatch: The file is not the published one, and `other_data` is false.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _remove_left_copies(folder)
    with TemporaryDirectory(dir=folder, prefix=INGEST_PREFIX) as temporary:
        path = Path(temporary, spec.raw)
        source.fetch(path, progress)
        require_readable(path, spec, Path(temporary), name=source.name)
        digest = digest_of_file(path)
        is_other = spec.sha256 not in (None, digest)
        if is_other and not other_data:
            way_out = "Nothing was ingested. If other data is meant, add --other-data."
            raise DigestMismatch(
                source.name, expected=str(spec.sha256), found=digest, way_out=way_out
            )
        note = f" (other data than the published {spec.name})" if is_other else ""
        yield RawFile(path, Origin(source=source.name + note, sha256=digest))


def _remove_left_copies(folder: Path) -> None:
    """Remove the copies that commands left which were killed more than a day ago."""
    for left in folder.glob(f"{INGEST_PREFIX}*"):
        if time.time() - left.stat().st_mtime > DAY_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def simulate_raw(
    path: Path, *, rows: int, seed: int, progress: TransferProgress, data: str = REFERENCE
) -> RawFile:
    """Write `rows` simulated transactions to `path`, all or none, in the format of `data`."""
    made = simulation_of(data)
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=path.parent, prefix=".simulate-") as folder:
        part, done = Path(folder, path.name), 0
        with part.open("w", newline="") as file:
            file.write(made.header)
            for block in made.blocks(rows, seed=seed):
                file.write(made.text(block))
                done += block.height
                progress.advance("Simulating", done, rows)
        part.replace(path)
    source = simulate("" if data == REFERENCE else data, rows=rows, seed=seed)
    return RawFile(path, Origin(simulated=True, source=source, sha256=digest_of_file(path)))


@contextmanager
def open_simulated(
    spec: DataSpec, folder: Path, *, rows: int, seed: int, progress: TransferProgress
) -> Iterator[RawFile]:
    """Write a simulated raw file of `spec` to `folder`, and keep it inside the block."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=".simulated-") as temporary:
        path = Path(temporary, spec.raw)
        yield simulate_raw(path, rows=rows, seed=seed, progress=progress, data=spec.name)


def _fetch_from(source: Source, spec: DataSpec, target: Path, progress: TransferProgress) -> Origin:
    """Fetch the file from a source by way of a temporary folder, which is always removed."""
    with TemporaryDirectory(dir=target.parent, prefix=".fetch-") as folder:
        part = Path(folder, target.name)
        source.fetch(part, progress)
        digest = digest_of_file(part)
        if digest != spec.sha256:
            message = f"the file there is another one: its sha256 is {digest}. It was dropped."
            raise InvalidData(message)
        origin = Origin(source=source.name, sha256=digest)
        _origin_file(target).write_bytes(origin.to_json())
        part.replace(target)
    return origin


def _origin_file(target: Path) -> Path:
    return target.with_name(origin_key(target.name))


def _cached_origin(target: Path, digest: str) -> Origin:
    """Return the origin recorded when a cached file was fetched, else one made of its name."""
    try:
        origin = Origin.model_validate_json(_origin_file(target).read_bytes())
    except (FileNotFoundError, ValidationError):
        origin = Origin(source=target.name, sha256=digest)
    return origin.model_copy(update={"sha256": digest})
