"""The store of a command is that of its environment."""

from ceap.stores import open_store
from foundation.settings import Settings
from foundation.stores.object_store import S3ObjectStore


def test_a_command_reads_what_was_written_in_its_environment(
    local_aws_environment: Settings,
) -> None:
    bucket = local_aws_environment.data_bucket
    S3ObjectStore(local_aws_environment).write(bucket, "tests/open-store", b"as it was written")
    settings, store = open_store()
    assert settings == local_aws_environment
    assert store.read(settings.data_bucket, "tests/open-store") == b"as it was written"
    store.delete(bucket, "tests/open-store")
