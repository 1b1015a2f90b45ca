"""Stores: the object store of the environment that a command runs in, ready to be used."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Typer imports every command to show one; boto3 is not needed for that.
    from foundation.settings import Settings
    from foundation.stores.object_store import ObjectStore


def open_store() -> "tuple[Settings, ObjectStore]":
    """Open it; the AWS of this machine is started when it is the one that is meant."""
    from ceap.environment import ready_settings
    from foundation.stores.object_store import S3ObjectStore

    settings = ready_settings()
    return settings, S3ObjectStore(settings)
