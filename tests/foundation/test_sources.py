"""Sources count by content: what no commit has is named, and found once it was committed."""

from pathlib import Path

import pytest

from fakes.tiny.checkout import Checkout, checkout_in
from foundation.sources import (
    NAMED_FILES,
    PACKAGES,
    Sources,
    code_digest,
    code_digest_of,
    listed,
    package_files,
    sources_of,
    yaml_digest,
)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return checkout_in(tmp_path)


def test_a_checkout_as_committed_has_no_changes(checkout: Checkout) -> None:
    assert checkout.sources.uncommitted(checkout.head) == ()


@pytest.mark.parametrize(
    "file", ["notes.txt", "executed.ipynb", "src/package/data.json", "params/data/other.yaml"]
)
def test_a_file_that_no_model_is_made_from_does_not_count(checkout: Checkout, file: str) -> None:
    checkout.write(file, "new")
    assert checkout.sources.uncommitted(checkout.head) == ()


@pytest.mark.parametrize("file", [Checkout.CODE, "src/package/new.py", Checkout.DESCRIPTION])
def test_changed_and_new_sources_are_named(checkout: Checkout, file: str) -> None:
    checkout.write(file, "changed: 1")
    assert checkout.sources.uncommitted(checkout.head) == (file,)


def test_a_file_that_git_ignores_counts_and_so_does_one_that_is_gone(checkout: Checkout) -> None:
    checkout.write(".gitignore", "secret.py")
    commit = checkout.commit()
    checkout.write("src/package/secret.py", "used all the same")
    (checkout.root / checkout.CODE).unlink()
    assert checkout.sources.uncommitted(commit) == (checkout.CODE, "src/package/secret.py")


def test_comments_and_the_order_of_keys_are_no_change_of_a_description(checkout: Checkout) -> None:
    checkout.write(checkout.DESCRIPTION, "time: t\n# reordered\nlabel: fraud\n")
    assert checkout.sources.uncommitted(checkout.head) == ()


def test_what_counts_is_the_commit_that_is_named_not_a_later_one(checkout: Checkout) -> None:
    first = checkout.head
    checkout.write(checkout.CODE, "later")
    second = checkout.commit()
    assert checkout.sources.uncommitted(first) == (checkout.CODE,)
    assert checkout.sources.uncommitted(second) == ()
    assert checkout.sources.uncommitted("c" * 40) == ()  # unknown here: the newest stands for it


def test_without_a_commit_everything_is_uncommitted(tmp_path: Path) -> None:
    made = Checkout(tmp_path)
    made.git("init", "-q")
    made.write(made.CODE, "new")
    made.write(made.DESCRIPTION, "label: fraud")
    assert made.sources.uncommitted(None) == (made.DESCRIPTION, made.CODE)
    assert made.sources.commit_with(made.sources.digests()) is None


def test_without_git_nothing_counts_as_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    made = Checkout(tmp_path)
    made.write(made.CODE, "new")
    assert made.sources.uncommitted(None) == ()
    assert made.sources.commit_with(made.sources.digests()) is None


def test_packages_that_are_installed_elsewhere_count_as_committed(
    checkout: Checkout, tmp_path_factory: pytest.TempPathFactory
) -> None:
    installed = tmp_path_factory.mktemp("site-packages")
    (installed / "code.py").write_text("installed")
    sources = Sources(checkout.root, installed, checkout.root / checkout.DESCRIPTION)
    assert sources.uncommitted(checkout.head) == ()
    assert sources.commit_with(sources.digests()) == checkout.head
    checkout.write(checkout.DESCRIPTION, "label: other")
    assert sources.uncommitted(checkout.head) == (checkout.DESCRIPTION,)


def test_sources_that_are_committed_afterwards_are_found_by_their_content(
    checkout: Checkout,
) -> None:
    made_at = checkout.head
    checkout.write(checkout.CODE, "answer = 43\n")
    checkout.write(checkout.DESCRIPTION, "label: fraud\ntime: t\nid: key\n")
    digests = checkout.sources.digests()
    assert checkout.sources.commit_with(digests, made_at) is None
    committed = checkout.commit()
    checkout.write(checkout.CODE, "and work goes on")
    checkout.commit()
    assert checkout.sources.commit_with(digests, made_at) == committed


def test_sources_are_found_on_a_branch_and_before_a_commit_that_is_named(
    checkout: Checkout,
) -> None:
    first, digests = checkout.head, checkout.sources.digests()
    checkout.git("switch", "-q", "-c", "experiment")
    checkout.write(checkout.CODE, "only here")
    on_branch = checkout.sources.digests()
    experiment = checkout.commit()
    checkout.git("switch", "-q", "-")
    assert checkout.sources.commit_with(on_branch, first) == experiment
    assert checkout.sources.commit_with(digests, experiment) == first


def test_code_of_one_commit_and_description_of_another_are_in_no_commit(
    checkout: Checkout,
) -> None:
    first = checkout.sources.digests()
    checkout.write(checkout.CODE, "later")
    checkout.commit()
    checkout.write(checkout.DESCRIPTION, "label: other")
    checkout.commit()
    last = checkout.sources.digests()
    mixed = first.model_copy(update={"description": last.description})
    assert checkout.sources.commit_with(mixed) is None


def test_the_content_of_uncommitted_files_can_be_kept(checkout: Checkout) -> None:
    checkout.write(checkout.CODE, "changed")
    (checkout.root / "src/package/deeper/more.py").unlink()
    names = checkout.sources.uncommitted(checkout.head)
    assert len(names) == 2
    assert checkout.sources.contents(names) == {checkout.CODE: b"changed"}


def test_this_code_has_one_digest_which_a_new_file_changes(tmp_path: Path) -> None:
    assert code_digest() == code_digest_of(package_files(PACKAGES))
    (tmp_path / "a.py").write_text("")
    one = code_digest_of(package_files(tmp_path))
    (tmp_path / "b.py").write_text("")
    assert len({one, code_digest_of(package_files(tmp_path)), code_digest()}) == 3


def test_the_sources_of_a_data_set_are_this_code_and_its_description() -> None:
    found = sources_of("creditcard")
    assert found.packages == PACKAGES
    assert found.description.is_file()
    assert found.digests().code == code_digest()


def test_what_is_no_yaml_has_no_digest() -> None:
    assert yaml_digest(b"{") is None
    assert yaml_digest(b"label: \xff") is None
    assert yaml_digest(None) is None
    assert yaml_digest(b"since: 2020-01-01") == yaml_digest(b"since: 2020-01-01 # a date")


def test_of_many_files_the_first_are_named_and_the_others_counted() -> None:
    assert listed(["a", "b"]) == "a, b"
    assert listed([str(n) for n in range(NAMED_FILES + 3)]).endswith(
        f"{NAMED_FILES - 1} and 3 more"
    )
    assert listed([]) == ""
