"""AWS fixtures: a local AWS of one's own for a test session, and its settings.

Each pytest process (each xdist worker too) has its own, on free ports, in a folder of its own, so
that any number of runs stand side by side.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from foundation.settings import Settings, load_settings


@pytest.fixture(scope="session")
def local_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """An AWS that runs on this machine for the whole session: empty but for its resources."""
    with running_aws(settings_in(tmp_path_factory.mktemp("state"))) as settings:
        yield settings


@contextmanager
def running_aws(settings: Settings) -> Iterator[Settings]:
    """Run the local AWS of `settings`; whatever of it was started ends with the block."""
    from local_aws import down, ensure_up

    try:
        yield ensure_up(settings)
    finally:
        down(settings)


def settings_in(state: Path) -> Settings:
    """The local environment, with all that it keeps under `state`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CEAP_STATE_DIRECTORY", str(state))
        return load_settings("local")


@pytest.fixture
def local_aws_environment(local_aws: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The session's local AWS, as the one that `load_settings()` finds, here and in commands."""
    monkeypatch.setenv("CEAP_ENVIRONMENT", "local")
    monkeypatch.setenv("CEAP_STATE_DIRECTORY", str(local_aws.state_directory))
    return local_aws
