"""Lease prefix: the objects of one lease, which record its owner and earlier owners."""

import re
from datetime import UTC, datetime

from pydantic import ValidationError

from foundation.errors import NotFound
from foundation.stores.lease_owner import LeaseOwner
from foundation.stores.object_store import ObjectStore

ENTRY = re.compile(r"(?:[0-9]{6}|[1-9][0-9]{6,})\.json")


class LeasePrefix:
    """The prefix, which ends in "/lease/", under which the lease of `what` is stored."""

    def __init__(self, store: ObjectStore, bucket: str, prefix: str, *, what: str = "") -> None:
        self.store, self.bucket, self.prefix, self.what = store, bucket, prefix, what

    def keys(self) -> list[str]:
        """Return the key of every owner that was not deleted yet, the newest last.

        Other objects under the prefix are ignored: a folder marker that a console made, say.
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
        """Read one owner; None for a damaged object, whose owner counts as dead.

        The number of a damaged object stays taken. A live owner repairs its object with the next
        heartbeat, or finds by `require_held` that it lost the lease.
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
