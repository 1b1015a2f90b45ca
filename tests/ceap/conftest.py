"""Fixtures of the commands: environments in which they run."""

from pathlib import Path

import pytest


@pytest.fixture
def untouched_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state directory of a machine that never ran anything, where no AWS can be reached."""
    monkeypatch.setenv("CEAP_ENVIRONMENT", "local")
    monkeypatch.setenv("CEAP_STATE_DIRECTORY", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def account_environment(untouched_state: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An AWS account as the environment of commands, and the state directory beside it."""
    monkeypatch.setenv("CEAP_ENVIRONMENT", "aws")
    monkeypatch.setenv("CEAP_ACCOUNT", "123456789012")
    return untouched_state
