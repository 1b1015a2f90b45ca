"""An object store in a directory, which several processes can share."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from foundation.digests import digest_of_bytes
from foundation.errors import AlreadyExists, NotFound
from foundation.stores.object_store import Versioned, require_unchanged


class DirectoryStore:
    """S3 in files: a write is a rename, a write-once is a hard link.

    What depends on what is there is done by one process at a time.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def read(self, bucket: str, key: str) -> bytes:
        try:
            return (self.root / bucket / key).read_bytes()
        except FileNotFoundError:
            message = f"Reading s3://{bucket}/{key} failed: NoSuchKey"
            raise NotFound(message) from None

    def write(self, bucket: str, key: str, data: bytes) -> None:
        with self._alone():
            self._staged(bucket, key, data).replace(self.root / bucket / key)

    def write_once(self, bucket: str, key: str, data: bytes) -> None:
        staged = self._staged(bucket, key, data)
        try:
            os.link(staged, self.root / bucket / key)
        except FileExistsError:
            if self.read(bucket, key) != data:
                message = f"Writing s3://{bucket}/{key} once failed: PreconditionFailed"
                raise AlreadyExists(message) from None
        finally:
            staged.unlink()

    def read_versioned(self, bucket: str, key: str) -> Versioned:
        data = self.read(bucket, key)
        return Versioned(data, f'"{digest_of_bytes(data)}"')

    def write_if(self, bucket: str, key: str, data: bytes, *, etag: str | None) -> str:
        with self._alone():
            found = self.read_versioned(bucket, key) if self.exists(bucket, key) else None
            if found is None or found.data != data:
                require_unchanged(f"s3://{bucket}/{key}", expected=etag, found=found)
                self._staged(bucket, key, data).replace(self.root / bucket / key)
        return f'"{digest_of_bytes(data)}"'

    def download(self, bucket: str, key: str, path: Path) -> None:
        path.write_bytes(self.read(bucket, key))

    def upload(self, bucket: str, key: str, path: Path) -> None:
        self.write(bucket, key, path.read_bytes())

    def exists(self, bucket: str, key: str) -> bool:
        return (self.root / bucket / key).is_file()

    def keys(self, bucket: str, prefix: str) -> list[str]:
        folder = self.root / bucket
        found = (str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
        return sorted(key for key in found if key.startswith(prefix))

    def delete(self, bucket: str, key: str) -> None:
        with self._alone():
            (self.root / bucket / key).unlink(missing_ok=True)

    def current_time(self, bucket: str) -> datetime:
        return datetime.now(UTC).replace(microsecond=0)

    def _alone(self) -> FileLock:
        self.root.mkdir(parents=True, exist_ok=True)
        return FileLock(self.root / "writing.lock")  # outside every bucket

    def _staged(self, bucket: str, key: str, data: bytes) -> Path:
        (self.root / bucket / key).parent.mkdir(parents=True, exist_ok=True)
        # Outside every bucket, so that no listing sees it.
        handle, name = tempfile.mkstemp(dir=self.root)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        return Path(name)
