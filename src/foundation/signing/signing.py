"""Signing: who vouches for these bytes, and whether that is true."""

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from foundation.aws import aws_errors, client
from foundation.errors import InvalidData
from foundation.settings import Settings
from foundation.signing.local_key import LocalSigner
from foundation.signing.signature import Signature, Signer, decoded, encoded

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

__all__ = ["KmsSigner", "LocalSigner", "Signature", "Signer", "open_signer"]

ECDSA = "ECDSA_SHA_256"
# Order of the group of NIST P-256: FIPS 186-5 with SP 800-186, section 3.2.1.3.
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


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
                Message=_message(data),
                MessageType="RAW",
                SigningAlgorithm=ECDSA,
            )
        value = encoded(_one_form(answer["Signature"]))
        return Signature(key=answer["KeyId"], algorithm=ECDSA, value=value)

    def is_valid(self, data: bytes, signature: Signature) -> bool:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA as BY_CURVE
        from cryptography.hazmat.primitives.hashes import SHA256

        value = decoded(signature.value)
        # Only our own key counts: anybody can make a key of KMS that everybody may read.
        if value is None or (signature.key, signature.algorithm) != (self._public.arn, ECDSA):
            return False
        try:
            self._public.key.verify(value, _message(data), BY_CURVE(SHA256()))
            return _one_form(value) == value
        except (InvalidSignature, ValueError):
            return False

    @cached_property
    def _public(self) -> _PublicKey:
        from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
        from cryptography.hazmat.primitives.serialization import load_der_public_key

        with aws_errors(f"Reading the public half of the KMS key {self._key}"):
            arn = self._kms.describe_key(KeyId=self._key)["KeyMetadata"]["Arn"]
            public = self._kms.get_public_key(KeyId=arn)["PublicKey"]
        key = load_der_public_key(public)
        if not isinstance(key, EllipticCurvePublicKey) or key.curve.name != "secp256r1":
            message = (
                f"The KMS key {self._key} cannot sign the history: it is not of the kind "
                "ECC_NIST_P256 with the usage SIGN_VERIFY. Name another as audit_key."
            )
            raise InvalidData(message)
        return _PublicKey(arn, key)


def _message(data: bytes) -> bytes:
    """What KMS signs in place of the data, as it takes no more than 4 KB."""
    return hashlib.sha256(data).digest()


def _one_form(signature: bytes) -> bytes:
    """The one of a signature's two forms that counts: (r, s) and (r, −s) vouch for the same."""
    from cryptography.hazmat.primitives.asymmetric.utils import (
        decode_dss_signature,
        encode_dss_signature,
    )

    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, P256_ORDER - s))
