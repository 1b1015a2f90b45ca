"""Source version: images name their commit in the environment, checkouts by git."""

import subprocess
from pathlib import Path

import pytest

from foundation.source_version import git_commit


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CEAP_PROJECT", str(tmp_path))
    monkeypatch.delenv("CEAP_GIT_COMMIT", raising=False)
    return tmp_path


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), "-c", "user.name=ann", "-c", "user.email=ann@example.com"]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_checkout_names_its_commit(project: Path) -> None:
    git(project, "init")
    git(project, "commit", "--allow-empty", "-m", "Begin")
    assert git_commit() == git(project, "rev-parse", "HEAD")


def test_an_image_without_git_names_its_commit_by_a_variable(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CEAP_GIT_COMMIT", "c0ffee")
    assert git_commit() == "c0ffee"


def test_where_neither_is_there_the_commit_is_unknown(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parent))
    assert git_commit() is None
