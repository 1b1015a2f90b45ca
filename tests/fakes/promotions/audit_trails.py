"""Audit trails for tests: chains, tampered copies of them, and stores with a will."""

import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from fakes.ports.object_store import FakeObjectStore
from fakes.ports.signer import FakeSigner
from foundation.errors import AlreadyExists, Unavailable
from foundation.locations import audit_entry_key
from foundation.signing.signing import Signature, Signer
from promotion.audit.trail import AuditEvent, AuditTrail
from promotion.records import GateResult, Write

BUCKET = "config"
AT = datetime(2026, 11, 25, 2, 30, 1, 5, tzinfo=UTC)


def event(number: int, **fields: Any) -> AuditEvent:
    given = {
        "event_id": f"promotion-{number}",
        "kind": "promoted",
        "at": AT + timedelta(hours=number),
        "who": "Zoë@workstation",
        "reason": f"recall is better, the {number}th time",
        "gates": [
            GateResult(gate="recall", verdict="pass", reason="0.9", figures={"recall": 0.1 + 0.2})
        ],
        "changes": [Write(place="ssm:/a/max_depth", action="replace", old="3", new="4")],
        "run": {"run_id": f"run-{number}", "git_commit": "c0ffee"},
    }
    return AuditEvent.model_validate(given | fields)


def trail_over(objects: FakeObjectStore, signer: Signer | None = None) -> AuditTrail:
    return AuditTrail(objects, BUCKET, signer or FakeSigner())


def chain_of(length: int, signer: Signer | None = None) -> FakeObjectStore:
    store = FakeObjectStore()
    for number in range(1, length + 1):
        trail_over(store, signer).append(event(number))
    return store


def edited(store: FakeObjectStore, number: int, data: bytes | None) -> FakeObjectStore:
    """A copy in which one entry holds other bytes, or is gone."""
    copy = FakeObjectStore()
    copy.objects = dict(store.objects)
    if data is None:
        del copy.objects[BUCKET, audit_entry_key(number)]
    else:
        copy.objects[BUCKET, audit_entry_key(number)] = data
    return copy


def bytes_of(store: FakeObjectStore, number: int) -> bytes:
    return store.read(BUCKET, audit_entry_key(number))


def canonical(content: Any) -> bytes:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


class Counted(FakeObjectStore):
    """Names each call."""

    def __init__(self, store: FakeObjectStore) -> None:
        super().__init__()
        self.objects, self.calls = store.objects, list[str]()

    def read(self, bucket: str, key: str) -> bytes:
        self.calls.append(f"read {_number_in(key)}")
        return super().read(bucket, key)

    def keys(self, bucket: str, prefix: str) -> list[str]:
        self.calls.append("keys")
        return super().keys(bucket, prefix)

    def write_once(self, bucket: str, key: str, data: bytes) -> None:
        self.calls.append(f"write_once {_number_in(key)}")
        super().write_once(bucket, key, data)


class Overtaken(FakeObjectStore):
    """Somebody else appends just before each write, while there is something to tell."""

    def __init__(self, store: FakeObjectStore, *, by: list[AuditEvent]) -> None:
        super().__init__()
        self.objects, self._store, self._events = store.objects, store, by

    def write_once(self, bucket: str, key: str, data: bytes) -> None:
        if self._events:
            trail_over(self._store).append(self._events.pop(0))
        super().write_once(bucket, key, data)


class RepliesLost(FakeObjectStore):
    """Writes, and says that it is not known."""

    def __init__(self, store: FakeObjectStore) -> None:
        super().__init__()
        self.objects = store.objects

    def write_once(self, bucket: str, key: str, data: bytes) -> None:
        super().write_once(bucket, key, data)
        message = "Who knows?"
        raise Unavailable(message)


class NeverFree(FakeObjectStore):
    """Every number is taken by something that nobody lists."""

    def write_once(self, bucket: str, key: str, data: bytes) -> None:
        raise AlreadyExists(key)


class RestlessSigner(FakeSigner):
    """Never signs twice alike, as ECDSA does not."""

    def sign(self, data: bytes) -> Signature:
        signature = super().sign(data)
        return signature.model_copy(update={"value": signature.value + secrets.token_hex(8)})


def _number_in(key: str) -> int:
    return int(key.split("/")[1].removesuffix(".json"))
