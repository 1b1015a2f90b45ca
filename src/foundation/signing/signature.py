"""Signature: a key's signature of some bytes, and the port of a signing key."""

import base64
import binascii
from typing import Protocol

from foundation.record import Record


class Signature(Record):
    """The signature of some bytes; `value` in base64."""

    key: str
    algorithm: str
    value: str


class Signer(Protocol):
    """Port of a signing key. A key that cannot be reached is Unavailable."""

    def sign(self, data: bytes) -> Signature: ...

    def is_valid(self, data: bytes, signature: Signature) -> bool:
        """Return whether this key signed exactly these bytes.

        No signature raises anything. A valid signature has exactly one form: no character of it
        can be changed.
        """
        ...


def base64_encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()


def base64_decoded(value: str) -> bytes | None:
    """Return the bytes; None for text that is not base64 in its canonical form."""
    try:
        data = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64_encoded(data) == value else None
