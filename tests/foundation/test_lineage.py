"""Lineage: the same code and environment have the same digests, and a change is seen."""

import subprocess
from pathlib import Path

import pytest

from foundation.lineage import (
    LAB_NOTEBOOK,
    NOTEBOOK,
    code_digest,
    environment_digest,
    has_uncommitted_changes,
    lineage,
    notebook_name,
)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git repository with one committed notebook and one committed file."""
    monkeypatch.setenv("CEAP_PROJECT", str(tmp_path))
    (tmp_path / "notebooks").mkdir()
    for file in ("notebooks/1.ipynb", "code.py"):
        (tmp_path / file).write_text("committed")
    command = [
        "git",
        "-C",
        str(tmp_path),
        "-c",
        "user.name=ann",
        "-c",
        "user.email=ann@example.com",
    ]
    for arguments in (["init"], ["add", "."], ["commit", "-m", "Begin"]):
        subprocess.run([*command, *arguments], capture_output=True, check=True)
    return tmp_path


def test_a_checkout_as_committed_has_no_changes(checkout: Path) -> None:
    assert not has_uncommitted_changes()


@pytest.mark.parametrize("file", ["code.py", "new.py"])
def test_a_changed_or_new_file_is_an_uncommitted_change(checkout: Path, file: str) -> None:
    (checkout / file).write_text("changed")
    assert has_uncommitted_changes()


def test_notebooks_saved_with_their_outputs_do_not_count(checkout: Path) -> None:
    (checkout / "notebooks" / "1.ipynb").write_text("with outputs")
    assert not has_uncommitted_changes()


def test_without_git_nothing_counts_as_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CEAP_PROJECT", str(tmp_path))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert not has_uncommitted_changes()


def test_the_runner_names_the_notebook_before_jupyter_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NOTEBOOK, raising=False)
    monkeypatch.setenv(LAB_NOTEBOOK, "/home/ann/notebooks/training/2_train.ipynb")
    assert notebook_name() == "training/2_train.ipynb"
    monkeypatch.setenv(NOTEBOOK, "notebooks/inference/3_alert.ipynb")
    assert notebook_name() == "inference/3_alert.ipynb"


def test_a_script_executes_no_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NOTEBOOK, raising=False)
    monkeypatch.setenv(LAB_NOTEBOOK, "8f1c-a-console-session")
    assert notebook_name() is None


def test_lineage_has_the_digests_that_were_given_and_those_of_this_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CEAP_GIT_COMMIT", "c0ffee")
    found = lineage(data_digest="d" * 64, config_digest="c" * 64)
    assert (found.data_digest, found.config_digest) == ("d" * 64, "c" * 64)
    assert found.environment_digest == environment_digest()
    assert found.git_commit == "c0ffee"


def test_code_and_environment_have_different_sha256_digests() -> None:
    digests = {code_digest(), environment_digest()}
    assert {len(digest) for digest in digests} == {64}
    assert len(digests) == 2
