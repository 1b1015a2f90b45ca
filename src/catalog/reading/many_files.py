"""Many files: several files, a folder or a pattern as one raw file, which is an archive of them."""

import shutil
import zipfile
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from glob import glob
from pathlib import Path
from tempfile import TemporaryDirectory

from catalog.raw_sources import NamedSource, TransferProgress
from foundation.errors import NotFound
from foundation.locations import uri
from foundation.stores.object_store import ObjectStore

SHOWN = 3
NO_MOMENT = (1980, 1, 1, 0, 0, 0)  # equal files give equal archives
CHUNK_BYTES = 8 << 20


class ManyFiles:
    """Files and S3 objects that the user names: one, several, a folder, or a pattern (`*.csv`).

    One file is taken as it is; several become an archive, in the order of their names.
    """

    def __init__(self, locations: Sequence[str], open_store: Callable[[], ObjectStore]) -> None:
        self._open_store = open_store
        self.files = [file for location in locations for file in self._found(location)]
        more = f" and {len(self.files) - SHOWN} more" if len(self.files) > SHOWN else ""
        self.name = ", ".join(self.files[:SHOWN]) + more

    def fetch(self, path: Path, progress: TransferProgress) -> None:
        """Write the file, or the archive of the files, to `path`; NotFound where one is missing."""
        if len(self.files) == 1:
            NamedSource(self.files[0], self._open_store).fetch(path, progress)
            return
        with (
            TemporaryDirectory(dir=path.parent, prefix=".files-") as folder,
            zipfile.ZipFile(path, "w", allowZip64=True) as archive,
        ):
            for number, location in enumerate(self.files):
                part = Path(folder, "part")
                NamedSource(location, self._open_store).fetch(part, progress)
                name = location.rsplit("/", 1)[-1]
                info = zipfile.ZipInfo(f"{number:06d}-{name}", NO_MOMENT)
                with part.open("rb") as source, archive.open(info, "w", force_zip64=True) as target:
                    shutil.copyfileobj(source, target, CHUNK_BYTES)
                progress.advance("Packing", number + 1, len(self.files))

    def _found(self, location: str) -> list[str]:
        found = self._objects(location) if location.startswith("s3://") else _files(location)
        if not found:
            message = f"There is no file {location}. Nothing was read."
            raise NotFound(message)
        return found

    def _objects(self, location: str) -> list[str]:
        bucket, _, key = location.removeprefix("s3://").partition("/")
        if not (location.endswith("/") or _is_pattern(key)):
            return [location]
        prefix = key.split("*")[0].split("?")[0].split("[")[0]
        keys = self._open_store().keys(bucket, prefix)
        wanted = [one for one in keys if not _is_pattern(key) or fnmatchcase(one, key)]
        return [uri(bucket, one) for one in sorted(wanted) if not one.endswith("/")]


def _files(location: str) -> list[str]:
    path = Path(location).expanduser()
    if path.is_file():
        return [str(path)]
    if path.is_dir():
        inside = (one for one in sorted(path.iterdir()) if not one.name.startswith("."))
        return [str(one) for one in inside if one.is_file()]
    return sorted(one for one in glob(str(path)) if Path(one).is_file())  # noqa: PTH207 # as typed


def _is_pattern(name: str) -> bool:
    return any(mark in name for mark in "*?[")
