"""Raw data: gets a raw file, proves what it is, and lays it where `prepare` looks for it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import ValidationError

from catalog.prepared_data import origin_key
from catalog.raw_checks import Origin
from catalog.raw_sources import NamedSource, Source, TransferProgress
from foundation import locations
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
from fraud.data.validation import require_columns
from fraud.simulation.registry import simulation_of

REFERENCE = "creditcard"
HEADER_BYTES = LAST_BYTES = 1 << 20


@dataclass(frozen=True)
class RawFile:
    """A raw file on this machine, and where it is from; `reused` when it was here already."""

    path: Path
    origin: Origin
    reused: bool = False


@dataclass(frozen=True)
class Publication:
    """What `publish` did: `was_there` when nothing was to be done, else what was `replaced`."""

    was_there: bool
    replaced: Origin | None


def cached_file(settings: Settings, spec: DataSpec) -> Path:
    """Where this machine keeps the published raw file between commands."""
    return settings.state_directory / "data" / spec.raw


def fetch_raw(
    spec: DataSpec, sources: Sequence[Source], target: Path, progress: TransferProgress
) -> RawFile:
    """Get the published file of `spec` to `target` from the first source that has it.

    The sha256 decides, whatever the source; a file at `target` that has it is used again. Raises
    Unavailable with the reason of every source when none has it; `target` is then as it was.
    """
    if spec.sha256 is None:
        what = f"Data set {spec.name}"
        problem = "it names no sha256, so nothing published can be known to be it; use ingest"
        raise InvalidParams(what, [problem])
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_file() and digest_of_file(target) == spec.sha256:
        return RawFile(target, _kept_origin(target, spec.sha256), reused=True)
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
        "--from PATH or s3://bucket/key, or make a stand-in: ceap data simulate. Nothing was kept."
    )
    raise Unavailable(message)


def publish_raw(
    raw: RawFile, spec: DataSpec, store: ObjectStore, settings: Settings
) -> Publication:
    """Put a raw file where `prepare` looks for it, unless exactly this one is there already."""
    bucket, key = settings.data_bucket, locations.raw_key(spec.raw)
    there = published_origin(spec, store, settings)
    if there is not None and there.sha256 == raw.origin.sha256:
        return Publication(was_there=True, replaced=None)
    # Without an origin a file is taken for the published one and its digest is demanded: should
    # this be cut short, simulated data is not mistaken for real data.
    store.delete(bucket, origin_key(key))
    store.upload(bucket, key, raw.path)
    store.write(bucket, origin_key(key), raw.origin.to_json())
    return Publication(was_there=False, replaced=there)


def require_no_real_data(spec: DataSpec, store: ObjectStore, settings: Settings) -> None:
    """Refuse, with AlreadyExists, where simulated data would replace real data."""
    there = published_origin(spec, store, settings)
    if there is not None and not there.simulated:
        message = (
            f"{uri(settings.data_bucket, locations.raw_key(spec.raw))} holds real data (from "
            f"{there.source or 'somewhere unknown'}), which simulated data would replace. It was "
            "not touched. To replace it, add --force; to write a file only, --file PATH."
        )
        raise AlreadyExists(message)


def published_origin(spec: DataSpec, store: ObjectStore, settings: Settings) -> Origin | None:
    """Where the data that `prepare` would read is from; None when there is none."""
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
    source: NamedSource,
    *,
    other_data: bool,
    folder: Path,
    progress: TransferProgress,
) -> Iterator[RawFile]:
    """Check the user's own file for `spec`; it lies in `folder` for as long as the block runs.

    Raises InvalidData for other columns or a file cut off, and DigestMismatch for a file other than
    the published one, unless `other_data` says that this is meant; its origin says so then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=".ingest-") as temporary:
        path = Path(temporary, spec.raw)
        source.fetch(path, progress)
        columns = _columns(path, source.name)
        require_columns(columns, spec, file=source.name)
        _require_whole(path, len(columns), source.name)
        digest = digest_of_file(path)
        is_other = spec.sha256 not in (None, digest)
        if is_other and not other_data:
            way_out = "Nothing was ingested. If other data is meant, add --other-data."
            raise DigestMismatch(
                source.name, expected=str(spec.sha256), found=digest, way_out=way_out
            )
        note = f" (other data than the published {spec.name})" if is_other else ""
        yield RawFile(path, Origin(source=source.name + note, sha256=digest))


def simulate_raw(
    path: Path, *, rows: int, seed: int, progress: TransferProgress, data: str = REFERENCE
) -> RawFile:
    """Write `rows` simulated transactions to `path`, all or nothing, in the format of `data`."""
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
    which = "" if data == REFERENCE else f" --data {data}"
    source = f"ceap data simulate{which} --rows {rows} --seed {seed}"
    return RawFile(path, Origin(simulated=True, source=source, sha256=digest_of_file(path)))


@contextmanager
def open_simulated(
    spec: DataSpec, folder: Path, *, rows: int, seed: int, progress: TransferProgress
) -> Iterator[RawFile]:
    """Simulate a raw file of `spec` that lies in `folder` for as long as the block runs."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=".simulated-") as temporary:
        path = Path(temporary, spec.raw)
        yield simulate_raw(path, rows=rows, seed=seed, progress=progress, data=spec.name)


def _fetch_from(source: Source, spec: DataSpec, target: Path, progress: TransferProgress) -> Origin:
    """Take the file from a source to its place by way of a folder that always goes away."""
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


def _kept_origin(target: Path, digest: str) -> Origin:
    """Where a file of this machine was fetched from, if that is still known."""
    try:
        origin = Origin.model_validate_json(_origin_file(target).read_bytes())
    except (FileNotFoundError, ValidationError):
        origin = Origin(source=target.name, sha256=digest)
    return origin.model_copy(update={"sha256": digest})


def _columns(path: Path, name: str) -> list[str]:
    with path.open("rb") as file:
        header = file.readline(HEADER_BYTES)
    if not header.strip():
        message = f"{name} is empty. Nothing was ingested."
        raise InvalidData(message)
    text = header.decode("utf-8-sig", errors="replace").replace('"', "")
    return [name.strip() for name in text.split(",")]


def _require_whole(path: Path, fields: int, name: str) -> None:
    """Refuse a file without rows, or cut off in the middle of one, before it replaces another."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LAST_BYTES))
        _, line_end, last = file.read().rstrip().rpartition(b"\n")
    found = last.count(b",") + 1
    problem = ""
    if not line_end:
        problem = "has a header and no rows"
    elif found < fields:
        problem = f"is cut off: its last line has {found} fields, the header {fields}"
    if problem:
        message = f"{name} {problem}. Nothing was ingested. Get it again, whole."
        raise InvalidData(message)
