"""Git files: content is that of the commit, whatever the working tree holds now."""

from pathlib import Path

import pytest

from fakes.tiny.checkout import Checkout, checkout_in
from foundation.digests import digest_of_bytes
from foundation.git_files import GitFiles, git_files


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return checkout_in(tmp_path)


def test_digests_and_content_are_those_of_the_commit(checkout: Checkout) -> None:
    first = checkout.head
    checkout.write(checkout.CODE, "later")
    second = checkout.commit()
    checkout.write(checkout.CODE, "not committed")
    git = GitFiles(checkout.root / "src")  # a folder within, not the top
    assert git.root == checkout.root.resolve()
    assert git.digests(first, "src") == {
        checkout.CODE: digest_of_bytes(b"answer = 42\n"),
        "src/package/deeper/more.py": digest_of_bytes(b""),
    }
    assert (git.digests(second, "src") or {})[checkout.CODE] == digest_of_bytes(b"later")
    assert git.content(first, checkout.CODE) == b"answer = 42\n"
    assert git.content(first, "src/none.py") is None


def test_names_with_spaces_and_letters_of_any_language_are_read(checkout: Checkout) -> None:
    checkout.write("src/a b/naïve «1».py", "x")
    commit = checkout.commit()
    assert "src/a b/naïve «1».py" in (GitFiles(checkout.root).digests(commit, "src") or {})


def test_a_link_is_no_file(checkout: Checkout) -> None:
    (checkout.root / "src" / "link.py").symlink_to("package/code.py")
    commit = checkout.commit()
    assert "src/link.py" not in (GitFiles(checkout.root).digests(commit, "src") or {})


def test_the_commits_of_every_branch_that_changed_a_path_are_listed(checkout: Checkout) -> None:
    first = checkout.head
    checkout.write("README", "elsewhere")
    checkout.commit()
    checkout.git("switch", "-q", "-c", "other")
    checkout.write(checkout.CODE, "other")
    other = checkout.commit()
    checkout.git("switch", "-q", "-")
    git = GitFiles(checkout.root / "params")
    assert git.commits_that_changed("src", limit=10) == [other, first]
    assert git.commits_that_changed("src", limit=1) == [other]
    assert git.commits_that_changed("params/data", limit=10) == [first]


def test_a_commit_is_there_or_not(checkout: Checkout) -> None:
    git = GitFiles(checkout.root)
    assert git.has(checkout.head)
    assert not git.has("c" * 40)
    assert git.digests("c" * 40, "src") is None


def test_outside_of_a_repository_there_is_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    git = git_files(tmp_path)
    assert git.root is None
    assert git.commits_that_changed("src", limit=10) == []
    assert not git.has("HEAD")
    assert git_files(tmp_path) is git  # what it has read is kept
