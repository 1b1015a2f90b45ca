"""A signer in memory: whoever knows its secret signs alike."""

import base64
import hmac

from foundation.signing.signing import Signature

ALGORITHM = "HMAC_SHA_256"


class FakeSigner:
    """Signs with a secret; `signatures` counts how often."""

    def __init__(self, secret: str = "audit") -> None:
        self.signatures = 0
        self._secret = secret.encode()

    def sign(self, data: bytes) -> Signature:
        self.signatures += 1
        return self._signature(data)

    def is_valid(self, data: bytes, signature: Signature) -> bool:
        return signature == self._signature(data)

    def _signature(self, data: bytes) -> Signature:
        value = base64.b64encode(hmac.digest(self._secret, data, "sha256")).decode()
        name = hmac.digest(self._secret, b"name", "sha256").hex()[:16]
        return Signature(key=f"fake:{name}", algorithm=ALGORITHM, value=value)
