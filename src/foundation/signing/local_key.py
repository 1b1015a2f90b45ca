"""Local signing key: an Ed25519 key in a file that only its owner can read."""

import hashlib
import os
import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from foundation.errors import InvalidData
from foundation.signing.signature import Signature, base64_decoded, base64_encoded

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ED25519 = "ED25519"
LOCAL_KEY = "audit-key.pem"


class LocalSigner:
    """An Ed25519 key in the state directory, made by the first signature."""

    def __init__(self, state_directory: Path) -> None:
        self._file = state_directory / LOCAL_KEY

    def sign(self, data: bytes) -> Signature:
        if not self._file.exists():
            _make_key(self._file)
        key = self._private
        return Signature(key=_name(key), algorithm=ED25519, value=base64_encoded(key.sign(data)))

    def is_valid(self, data: bytes, signature: Signature) -> bool:
        from cryptography.exceptions import InvalidSignature

        value = base64_decoded(signature.value)
        if value is None or signature.algorithm != ED25519 or not self._file.exists():
            return False
        if signature.key != _name(self._private):
            return False
        try:
            self._private.public_key().verify(value, data)
        except InvalidSignature:
            return False
        return True

    @cached_property
    def _private(self) -> "Ed25519PrivateKey":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        try:
            key = load_pem_private_key(self._file.read_bytes(), password=None)
        except (ValueError, TypeError):
            key = None  # the text of the error might hold a piece of the key
        if not isinstance(key, Ed25519PrivateKey):
            message = (
                f"{self._file} holds no Ed25519 key. Put back the one that signed the history, or "
                "move the file away for a new one, which does not vouch for what is there already."
            )
            raise InvalidData(message)
        return key


def _make_key(file: Path) -> None:
    """Make the key unless there is one; of two concurrent processes, one writes it."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent)  # for its owner only
    staged = Path(name)
    try:
        with os.fdopen(handle, "wb") as whole:
            whole.write(pem)
            whole.flush()
            os.fsync(whole.fileno())
        os.link(staged, file)
    except FileExistsError:
        return  # another process made it a moment ago
    finally:
        staged.unlink()


def _name(key: "Ed25519PrivateKey") -> str:
    """Return the name of a key: a hash of its public half."""
    public = key.public_key().public_bytes_raw()
    return f"local:{hashlib.sha256(public).hexdigest()[:16]}"
