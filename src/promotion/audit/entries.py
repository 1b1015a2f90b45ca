"""History entries: an event with its number, hash link and signature, as canonical JSON bytes."""

import json
from datetime import datetime
from typing import Any, Literal

from pydantic import Field, ValidationError

from foundation.digests import canonical_json
from foundation.errors import InvalidData
from foundation.record import Record
from foundation.signing.signing import Signature, Signer
from promotion.records import GateResult, Write

EventKind = Literal["promoted", "rolled back", "repaired", "frozen", "lifted"]


class AuditEvent(Record):
    """A change of production to record; an event is recorded once, by its id."""

    event_id: str
    kind: EventKind
    at: datetime  # by the clock of the writer: entries are ordered by number, not by time
    who: str
    reason: str
    promotion_id: str | None = None
    approved_by: str | None = None
    forced: bool = False
    verdict: str | None = None
    gates: list[GateResult] = Field(default_factory=list)
    changes: list[Write] = Field(default_factory=list)
    run: dict[str, str] = Field(default_factory=dict)
    config_digest: str | None = None
    plan_digest: str | None = None
    details: dict[str, str] = Field(default_factory=dict)


class AuditEntry(Record):
    """An event in its place: `previous` is the sha256 of the bytes of the entry before."""

    number: int
    previous: str
    event: AuditEvent
    signature: Signature  # of everything but itself

    def to_json(self) -> bytes:
        return _canonical(self.model_dump(mode="json"), self.event.event_id)


class KeptEntry:
    """The bytes of an entry as they were found; InvalidData where they are no entry.

    The signature is checked over the bytes and not over the parsed fields: an entry of a version
    that knew fewer fields stays valid.
    """

    def __init__(self, data: bytes) -> None:
        self._data, self._content = data, _content(data)
        self.entry = _entry(self._content)

    @property
    def is_canonical(self) -> bool:
        return canonical_json(self._content) == self._data

    def is_signed_by(self, signer: Signer) -> bool:
        return signer.is_valid(_signed_content(self._content), self.entry.signature)


def signed_entry(event: AuditEvent, *, number: int, previous: str, signer: Signer) -> AuditEntry:
    """Return the event in its place, signed; InvalidData for values that JSON cannot hold."""
    content = {"number": number, "previous": previous, "event": event.model_dump(mode="json")}
    signature = signer.sign(_canonical(content, event.event_id))
    return AuditEntry(number=number, previous=previous, event=event, signature=signature)


def _signed_content(content: dict[str, Any]) -> bytes:
    return canonical_json({name: content[name] for name in content if name != "signature"})


def _canonical(content: dict[str, Any], event_id: str) -> bytes:
    try:
        return canonical_json(content)
    except ValueError as error:  # NaN or infinity, or text that is not valid Unicode
        message = (
            f"Event {event_id} cannot be remembered: {error}. Nothing was added to the history."
        )
        raise InvalidData(message) from error


def _content(data: bytes) -> dict[str, Any]:
    try:
        content = json.loads(data.decode())
        canonical_json(content)
    except (ValueError, RecursionError) as error:
        message = f"it is not JSON that we write ({type(error).__name__}: {error})"
        raise InvalidData(message) from error
    if not isinstance(content, dict):
        message = f"it is a JSON {type(content).__name__} where a document is expected"
        raise InvalidData(message)
    return content


def _entry(content: dict[str, Any]) -> AuditEntry:
    try:
        return AuditEntry.model_validate(content)
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise InvalidData("; ".join(problems)) from error
