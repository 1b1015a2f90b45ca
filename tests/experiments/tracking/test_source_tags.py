"""Source tags name what a model was made from, and what of it no commit has."""

import io
import shutil
import tarfile
from pathlib import Path

import pytest

from catalog.prepared_data import Manifest
from catalog.recorded_runs import UNCOMMITTED
from experiments.protocol import DataChoice
from experiments.tracking.source_tags import print_uncommitted, source_tags, uncommitted_archive
from fakes.ports.session import fake_session
from fakes.tiny.checkout import Checkout
from foundation.settings import project_root
from foundation.source_version import git_commit
from foundation.sources import code_digest

DESCRIPTION = "params/data/creditcard.yaml"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """A project of its own under git: every parameter file of this one."""
    shutil.copytree(project_root() / "params", tmp_path / "params")
    monkeypatch.setenv("CEAP_PROJECT", str(tmp_path))
    monkeypatch.delenv("CEAP_GIT_COMMIT", raising=False)
    made = Checkout(tmp_path)
    made.git("init", "-q")
    made.commit()
    return made


@pytest.fixture
def manifest(checkout: Checkout) -> Manifest:
    return fake_session().manifest(DataChoice())


def test_sources_as_committed_are_named_by_commit_and_digests(
    checkout: Checkout, manifest: Manifest, capsys: pytest.CaptureFixture[str]
) -> None:
    tags = source_tags(manifest)
    assert tags["git_commit"] == git_commit() == checkout.head
    assert tags["code_digest"] == code_digest()
    assert len(tags["description_digest"]) == 64
    assert (tags["git_dirty"], tags["sources_changed"]) == ("false", "false")
    assert "uncommitted_files" not in tags
    assert uncommitted_archive(manifest) == {}
    print_uncommitted(manifest)
    assert capsys.readouterr().out == ""


def test_a_description_that_is_not_committed_is_named_and_kept(
    checkout: Checkout, manifest: Manifest, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (checkout.root / DESCRIPTION).read_text() + "\nannotations: []\n"
    checkout.write(DESCRIPTION, text)
    tags = source_tags(manifest)
    assert (tags["git_dirty"], tags["uncommitted_files"]) == ("true", DESCRIPTION)
    assert tags["sources_changed"] == "false"  # the same data by other words
    archive = tarfile.open(fileobj=io.BytesIO(uncommitted_archive(manifest)[UNCOMMITTED]))  # noqa: SIM115
    [member] = archive.getmembers()
    content = archive.extractfile(member)
    assert content is not None
    assert (member.name, content.read()) == (DESCRIPTION, text.encode())
    print_uncommitted(manifest)
    assert f"Not committed: {DESCRIPTION}." in capsys.readouterr().out


def test_a_description_that_changed_since_the_data_was_read_is_noticed(
    checkout: Checkout, manifest: Manifest
) -> None:
    text = (checkout.root / DESCRIPTION).read_text()
    checkout.write(DESCRIPTION, text.replace("  - V1\n", ""))
    assert (checkout.root / DESCRIPTION).read_text() != text
    assert source_tags(manifest)["sources_changed"] == "true"
    (checkout.root / DESCRIPTION).unlink()
    assert source_tags(manifest)["sources_changed"] == "true"
