"""Fixtures of executions."""

from pathlib import Path

import pytest

from fakes.tiny.project import tiny_project


@pytest.fixture
def make_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Make a project with traps in its notebooks: (stage, cell) → code."""
    monkeypatch.setenv("CEAP_PROJECT", str(tmp_path))
    return lambda traps=None: tiny_project(tmp_path, traps)
