"""Signing: sign bytes and verify signatures, by KMS on AWS or by a local key."""

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from foundation.aws import aws_errors, client
from foundation.errors import InvalidData
from foundation.settings import Settings
from foundation.signing.local_key import LocalSigner
from foundation.signing.signature import Signature, Signer, base64_decoded, base64_encoded

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

__all__ = ["KmsSigner", "LocalSigner", "Signature", "Signer", "open_signer"]

ECDSA = "ECDSA_SHA_256"
# Order of the group of NIST P-256: FIPS 186-5 with SP 800-186, section 3.2.1.3.
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def open_signer(settings: Settings) -> Signer:
    """Open the KMS key that `settings.audit_key` names, or the local key when it names none."""
    if settings.audit_key:
        return KmsSigner(settings)
    return LocalSigner(settings.state_directory)


class _PublicKey(NamedTuple):
    arn: str
    key: "EllipticCurvePublicKey"


class KmsSigner:
    """A KMS key (ECC_NIST_P256), which never leaves KMS; signatures are verified locally."""

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
        value = base64_encoded(_low_s_form(answer["Signature"]))
        return Signature(key=answer["KeyId"], algorithm=ECDSA, value=value)

    def is_valid(self, data: bytes, signature: Signature) -> bool:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA as BY_CURVE
        from cryptography.hazmat.primitives.hashes import SHA256

        value = base64_decoded(signature.value)
        # Only our own key counts: anybody can make a KMS key whose public half everybody may read.
        if value is None or (signature.key, signature.algorithm) != (self._public.arn, ECDSA):
            return False
        try:
            self._public.key.verify(value, _message(data), BY_CURVE(SHA256()))
            return _low_s_form(value) == value
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
    """Return the hash that KMS signs in place of the data: KMS takes 4 KB at most."""
    return hashlib.sha256(data).digest()


def _low_s_form(signature: bytes) -> bytes:
    """Return the low-S form of an ECDSA signature: (r, s) and (r, −s) are both valid."""
    from cryptography.hazmat.primitives.asymmetric.utils import (
        decode_dss_signature,
        encode_dss_signature,
    )

    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, P256_ORDER - s))
