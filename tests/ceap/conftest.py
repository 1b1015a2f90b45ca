"""Fixtures of the commands: environments in which they run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from foundation.settings import Settings
from foundation.stores.object_store import ObjectStore, S3ObjectStore


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state directory of a machine that never ran anything, where no AWS can be reached."""
    monkeypatch.setenv("CEAP_ENVIRONMENT", "local")
    monkeypatch.setenv("CEAP_STATE_DIRECTORY", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def account_environment(state: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An AWS account as the environment of commands, and the state directory beside it."""
    monkeypatch.setenv("CEAP_ENVIRONMENT", "aws")
    monkeypatch.setenv("CEAP_ACCOUNT", "123456789012")
    return state


@pytest.fixture
def aws(local_aws_environment: Settings) -> Iterator[tuple[Settings, ObjectStore]]:
    """The local AWS without any data, before and after."""
    store = S3ObjectStore(local_aws_environment)
    _empty(store, local_aws_environment)
    yield local_aws_environment, store
    _empty(store, local_aws_environment)


def _empty(store: ObjectStore, settings: Settings) -> None:
    for bucket in (settings.data_bucket, settings.workflow_bucket):
        for key in store.keys(bucket, ""):
            store.delete(bucket, key)
