"""A key of KMS on an emulator, and the settings that sign with it."""

from uuid import uuid4

from foundation.aws import client
from foundation.settings import Settings


def with_kms_key(settings: Settings, spec: str = "ECC_NIST_P256") -> Settings:
    """Make a key that signs, under an alias of its own."""
    kms, alias = client("kms", settings), f"alias/audit-{uuid4()}"
    key = kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=alias, TargetKeyId=key)
    return settings.model_copy(update={"audit_key": alias})
