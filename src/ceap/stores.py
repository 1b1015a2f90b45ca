"""Stores: the object store of the environment that a command runs in."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Typer imports every command to show one; boto3 is not needed for that.
    from foundation.settings import Settings
    from foundation.stores.object_store import ObjectStore


def open_store() -> "tuple[Settings, ObjectStore]":
    """Open the settings and the object store; a local AWS is started if it is not up."""
    from ceap.environment import open_environment
    from foundation.stores.object_store import S3ObjectStore

    settings = open_environment()
    return settings, S3ObjectStore(settings)
