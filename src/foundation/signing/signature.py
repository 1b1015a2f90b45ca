"""Signatures: what a key says of some bytes, and the port of the key that says it."""

import base64
import binascii
from typing import Protocol

from foundation.record import Record


class Signature(Record):
    """What a key says of some bytes; `value` in base64."""

    key: str
    algorithm: str
    value: str


class Signer(Protocol):
    """Port of a key. One that cannot be reached is Unavailable."""

    def sign(self, data: bytes) -> Signature: ...

    def is_valid(self, data: bytes, signature: Signature) -> bool:
        """Whether this key signed exactly these bytes; any other signature is not valid.

        No signature raises anything. A valid one has one form only: no character of it can change.
        """
        ...


def encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()


def decoded(value: str) -> bytes | None:
    """The bytes; None for what is not base64 in its canonical form."""
    try:
        found = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if encoded(found) == value else None
