"""Audit trail: every change of production, so that no entry can be changed unnoticed.

Each entry is an object that is written once. It holds the sha256 of the entry before it and a
signature over itself, so a changed, swapped or deleted entry is found. Only the deletion of the
last entries leaves a chain without a flaw: compare its end with what is in production as well.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from foundation import locations
from foundation.digests import digest_of_bytes
from foundation.errors import AlreadyExists, InvalidData, NotFound, Unavailable
from foundation.locations import uri
from foundation.signing.signing import Signer
from foundation.stores.object_store import ObjectStore
from promotion.audit.chain import BEFORE_THE_FIRST, chain_problems, entry_number, entry_problems
from promotion.audit.entries import AuditEntry, AuditEvent, KeptEntry, signed_entry

__all__ = ["AuditEntry", "AuditEvent", "AuditTrail"]

THREADS = 16
TRIES = 100  # a try fails when another writer adds an entry in between


class AuditTrail:
    """The history of one environment, under `audit/` in its bucket."""

    def __init__(self, objects: ObjectStore, bucket: str, signer: Signer) -> None:
        self._objects, self._bucket, self._signer = objects, bucket, signer

    def length(self) -> int:
        """Return the number of the last entry, 0 without any."""
        return max(_numbers(self._keys()), default=0)

    def append(self, event: AuditEvent, *, after: int = 0) -> AuditEntry:
        """Add the event, unless an entry numbered above `after` holds it already; return its entry.

        An entry that cannot be read is skipped: `problems` names it, and the history continues.
        Raises Unavailable when other writers were faster at every try.
        """
        for _ in range(TRIES):
            numbers = _numbers(self._keys())
            later = [number for number in numbers if number > after]
            if recorded := self._entries_of_event(event.event_id, later):
                return recorded[min(recorded)].entry
            last = numbers[-1] if numbers else 0
            try:
                return self._write(event, last)
            except AlreadyExists:
                after = max(after, last)  # up to here, no entry holds the event
        message = (
            f"The history gave no place to {event.event_id} in {TRIES} tries: others were faster. "
            "It was not added. Try again."
        )
        raise Unavailable(message)

    def find(self, event_id: str) -> AuditEntry | None:
        """Return the sound entry of an event; None without one."""
        recorded = self._entries_of_event(event_id, _numbers(self._keys()))
        for number, kept in recorded.items():
            if not entry_problems(number, kept, self._signer):
                return kept.entry
        return None

    def entries(self, *, limit: int | None = None) -> list[AuditEntry]:
        """Return the newest entries, or all, by number; InvalidData for an unreadable one."""
        numbers = _numbers(self._keys())
        newest = numbers if limit is None else numbers[max(0, len(numbers) - limit) :]
        return [self._entry(number, data) for number, data in self._read(newest).items()]

    def sound_entries(self) -> list[AuditEntry]:
        """Return the entries that are in their place what was signed, in order.

        `problems` names the others.
        """
        found = []
        for number, data in self._read(_numbers(self._keys())).items():
            with suppress(InvalidData):
                kept = KeptEntry(data)
                if not entry_problems(number, kept, self._signer):
                    found.append(kept.entry)
        return found

    def problems(self) -> list[str]:
        """Return every entry that is missing, out of its place, or not what was signed."""
        keys = self._keys()
        strangers = [
            f"{key} is not an entry of the history: no entry has such a name."
            for key in keys
            if not entry_number(key)
        ]
        return strangers + chain_problems(self._read(_numbers(keys)), self._signer)

    def _write(self, event: AuditEvent, last: int) -> AuditEntry:
        previous = digest_of_bytes(self._data(last)) if last else BEFORE_THE_FIRST
        entry = signed_entry(event, number=last + 1, previous=previous, signer=self._signer)
        key = locations.audit_entry_key(entry.number)
        self._objects.write_once(self._bucket, key, entry.to_json())
        return entry

    def _entries_of_event(self, event_id: str, numbers: Sequence[int]) -> dict[int, KeptEntry]:
        found = {}
        for number, data in self._read(numbers).items():
            with suppress(InvalidData):
                kept = KeptEntry(data)
                if kept.entry.event.event_id == event_id:
                    found[number] = kept
        return found

    def _entry(self, number: int, data: bytes) -> AuditEntry:
        try:
            return KeptEntry(data).entry
        except InvalidData as error:
            place = uri(self._bucket, locations.audit_entry_key(number))
            message = (
                f"The history cannot be shown: {place} is not an entry of it: {error}. It was left "
                "as it is. To see all that is wrong with the history: ceap promotion verify"
            )
            raise InvalidData(message) from error

    def _keys(self) -> list[str]:
        return self._objects.keys(self._bucket, locations.AUDIT)

    def _read(self, numbers: Sequence[int]) -> dict[int, bytes]:
        """Read the entries that still exist, in order, concurrently."""
        with ThreadPoolExecutor(THREADS) as pool:
            found = zip(numbers, pool.map(self._data_if_any, numbers), strict=True)
            return {number: data for number, data in found if data is not None}

    def _data(self, number: int) -> bytes:
        return self._objects.read(self._bucket, locations.audit_entry_key(number))

    def _data_if_any(self, number: int) -> bytes | None:
        try:
            return self._data(number)
        except NotFound:
            return None


def _numbers(keys: Iterable[str]) -> list[int]:
    return sorted(number for key in keys if (number := entry_number(key)))
