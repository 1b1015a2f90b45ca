"""Lease place: who holds a lease, and who came before, as the object store has it."""

import re
from datetime import UTC, datetime

from pydantic import ValidationError

from foundation.errors import NotFound
from foundation.stores.lease_owner import LeaseOwner
from foundation.stores.object_store import ObjectStore

ENTRY = re.compile(r"(?:[0-9]{6}|[1-9][0-9]{6,})\.json")


class LeasePrefix:
    """Where the lease of `what` lies: a prefix that ends in "/lease/"."""

    def __init__(self, store: ObjectStore, bucket: str, prefix: str, *, what: str = "") -> None:
        self.store, self.bucket, self.prefix, self.what = store, bucket, prefix, what

    def keys(self) -> list[str]:
        """Of every process that came and whose key nobody cleared away, the newest last.

        Whatever else lies there is not ours: a marker that a console made for a folder, say.
        """
        found = self.store.keys(self.bucket, self.prefix)
        entries = [key for key in found if ENTRY.fullmatch(key.removeprefix(self.prefix))]
        return sorted(entries, key=self.number)

    def newest_key(self) -> str | None:
        keys = self.keys()
        return keys[-1] if keys else None

    def owner(self) -> LeaseOwner | None:
        key = self.newest_key()
        try:
            return self.read(key) if key else None
        except NotFound:
            return None

    def read(self, key: str) -> LeaseOwner | None:
        """None for one that is damaged: it counts as dead, and only its number as taken.

        Who is alive mends it with its next beat, or learns from `require_held` that it lost it.
        """
        data = self.store.read(self.bucket, key)
        try:
            return LeaseOwner.model_validate_json(data)
        except ValidationError:
            return None

    def write(self, key: str, owner: LeaseOwner, *, is_released: bool = False) -> None:
        now = {"beat_at": datetime.now(UTC), "is_released": is_released}
        self.store.write(self.bucket, key, owner.model_copy(update=now).to_json())

    def key_after(self, newest: str | None) -> str:
        last = self.number(newest) if newest else 0
        return f"{self.prefix}{last + 1:06}.json"

    def number(self, key: str) -> int:
        return int(key.removeprefix(self.prefix).removesuffix(".json"))
