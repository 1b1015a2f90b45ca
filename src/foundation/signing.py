"""Signing: who vouches for these bytes, and whether that is true."""

import base64
import binascii
import hashlib
import os
import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from foundation.aws import aws_errors, client
from foundation.errors import InvalidData
from foundation.executions import Record
from foundation.settings import Settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ECDSA, ED25519 = "ECDSA_SHA_256", "ED25519"
LOCAL_KEY = "audit-key.pem"
# Order of the group of NIST P-256: FIPS 186-5 with SP 800-186, section 3.2.1.3.
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


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


def open_signer(settings: Settings) -> Signer:
    """The key that `settings.audit_key` names in KMS, or the one of this machine."""
    if settings.audit_key:
        return KmsSigner(settings)
    return LocalSigner(settings.state_directory)


class _PublicKey(NamedTuple):
    arn: str
    key: "EllipticCurvePublicKey"


class KmsSigner:
    """A key of KMS (ECC_NIST_P256), which never leaves it; what it signed is verified here."""

    def __init__(self, settings: Settings) -> None:
        self._kms: Any = client("kms", settings)
        self._key = settings.audit_key

    def sign(self, data: bytes) -> Signature:
        with aws_errors(f"Signing with the KMS key {self._key}"):
            answer = self._kms.sign(
                KeyId=self._key,
                Message=hashlib.sha256(data).digest(),  # KMS takes no more than 4 KB of a message
                MessageType="DIGEST",
                SigningAlgorithm=ECDSA,
            )
        value = _encoded(_one_form(answer["Signature"]))
        return Signature(key=answer["KeyId"], algorithm=ECDSA, value=value)

    def is_valid(self, data: bytes, signature: Signature) -> bool:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA as BY_CURVE
        from cryptography.hazmat.primitives.hashes import SHA256

        value = _decoded(signature.value)
        # Only our own key counts: anybody can make a key of KMS that everybody may read.
        if value is None or (signature.key, signature.algorithm) != (self._public.arn, ECDSA):
            return False
        try:
            self._public.key.verify(value, data, BY_CURVE(SHA256()))
            return _one_form(value) == value
        except (InvalidSignature, ValueError):
            return False

    @cached_property
    def _public(self) -> _PublicKey:
        from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
        from cryptography.hazmat.primitives.serialization import load_der_public_key

        with aws_errors(f"Reading the public half of the KMS key {self._key}"):
            answer = self._kms.get_public_key(KeyId=self._key)
        key = load_der_public_key(answer["PublicKey"])
        if not isinstance(key, EllipticCurvePublicKey) or key.curve.name != "secp256r1":
            message = (
                f"The KMS key {self._key} cannot sign the history: it is not of the kind "
                "ECC_NIST_P256 with the usage SIGN_VERIFY. Name another as audit_key."
            )
            raise InvalidData(message)
        return _PublicKey(answer["KeyId"], key)


class LocalSigner:
    """A key in a file of the state directory, made when something is first signed."""

    def __init__(self, state_directory: Path) -> None:
        self._file = state_directory / LOCAL_KEY

    def sign(self, data: bytes) -> Signature:
        if not self._file.exists():
            _make_key(self._file)
        key = self._private
        return Signature(key=_name(key), algorithm=ED25519, value=_encoded(key.sign(data)))

    def is_valid(self, data: bytes, signature: Signature) -> bool:
        from cryptography.exceptions import InvalidSignature

        value = _decoded(signature.value)
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
            key = None  # its words might hold a piece of the key
        if not isinstance(key, Ed25519PrivateKey):
            message = (
                f"{self._file} holds no Ed25519 key. Put back the one that signed the history, or "
                "move the file away for a new one, which does not vouch for what is there already."
            )
            raise InvalidData(message)
        return key


def _make_key(file: Path) -> None:
    """Make the key unless there is one; of two processes that do so, one is heard."""
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
    """Name a key after its public half."""
    public = key.public_key().public_bytes_raw()
    return f"local:{hashlib.sha256(public).hexdigest()[:16]}"


def _one_form(signature: bytes) -> bytes:
    """The one of a signature's two forms that counts: (r, s) and (r, −s) vouch for the same."""
    from cryptography.hazmat.primitives.asymmetric.utils import (
        decode_dss_signature,
        encode_dss_signature,
    )

    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, P256_ORDER - s))


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _decoded(value: str) -> bytes | None:
    """The bytes; None for what is not base64 in its canonical form."""
    try:
        found = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if _encoded(found) == value else None
