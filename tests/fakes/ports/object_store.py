"""An object store in memory, which can be told to fail."""

from datetime import UTC, datetime
from pathlib import Path

from foundation.digests import digest_of_bytes
from foundation.errors import AlreadyExists, NotFound
from foundation.stores.object_store import Versioned, require_unchanged


class FakeObjectStore:
    """S3 in a dictionary.

    `fail_at` is the number of the call (from 0, over all calls that write) at which `failure` is
    raised, before the write takes effect. `now` is its clock.
    """

    def __init__(self, *, fail_at: int | None = None, failure: type[BaseException] = OSError):
        self.objects: dict[tuple[str, str], bytes] = {}
        self.writes = 0
        self.now = lambda: datetime.now(UTC)
        self._fail_at, self._failure = fail_at, failure

    def read(self, bucket: str, key: str) -> bytes:
        try:
            return self.objects[bucket, key]
        except KeyError:
            message = f"Reading s3://{bucket}/{key} failed: NoSuchKey"
            raise NotFound(message) from None

    def write(self, bucket: str, key: str, data: bytes) -> None:
        self._count_write()
        self.objects[bucket, key] = bytes(data)

    def write_once(self, bucket: str, key: str, data: bytes) -> None:
        if self.objects.get((bucket, key), data) != data:
            message = f"Writing s3://{bucket}/{key} once failed: PreconditionFailed"
            raise AlreadyExists(message)
        self.write(bucket, key, data)

    def read_versioned(self, bucket: str, key: str) -> Versioned:
        data = self.read(bucket, key)
        return Versioned(data, f'"{digest_of_bytes(data)}"')

    def write_if(self, bucket: str, key: str, data: bytes, *, etag: str | None) -> str:
        found = self.read_versioned(bucket, key) if self.exists(bucket, key) else None
        if found is None or found.data != data:
            require_unchanged(f"s3://{bucket}/{key}", expected=etag, found=found)
            self.write(bucket, key, data)
        return self.read_versioned(bucket, key).etag

    def download(self, bucket: str, key: str, path: Path) -> None:
        path.write_bytes(self.read(bucket, key))

    def upload(self, bucket: str, key: str, path: Path) -> None:
        self.write(bucket, key, path.read_bytes())

    def exists(self, bucket: str, key: str) -> bool:
        return (bucket, key) in self.objects

    def keys(self, bucket: str, prefix: str) -> list[str]:
        return sorted(key for b, key in self.objects if b == bucket and key.startswith(prefix))

    def delete(self, bucket: str, key: str) -> None:
        self._count_write()
        self.objects.pop((bucket, key), None)

    def current_time(self, bucket: str) -> datetime:
        return self.now().replace(microsecond=0)

    def _count_write(self) -> None:
        self.writes += 1
        if self._fail_at is not None and self.writes == self._fail_at + 1:
            message = f"write {self._fail_at} was told to fail"
            raise self._failure(message)
