"""Memory store: an object store for what a search keeps, as long as this process lives."""

from dataclasses import dataclass, field

from foundation.errors import NotFound


@dataclass
class MemoryStore:
    """Objects in memory."""

    objects: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def read(self, bucket: str, key: str) -> bytes:
        if (bucket, key) not in self.objects:
            raise NotFound(key)
        return self.objects[bucket, key]

    def write(self, bucket: str, key: str, data: bytes) -> None:
        self.objects[bucket, key] = data
