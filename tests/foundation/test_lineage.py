"""Lineage: the same code and environment have the same digests, and a change is seen."""

from pathlib import Path

import pytest

from fakes.tiny.checkout import Checkout, checkout_in
from foundation.lineage import (
    LAB_NOTEBOOK,
    NOTEBOOK,
    environment_digest,
    lineage,
    notebook_name,
)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    monkeypatch.delenv("CEAP_GIT_COMMIT", raising=False)
    monkeypatch.setenv("CEAP_PROJECT", str(tmp_path))
    return checkout_in(tmp_path)


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
    found = lineage(data="creditcard", data_digest="d" * 64, config_digest="c" * 64)
    assert (found.data_digest, found.config_digest) == ("d" * 64, "c" * 64)
    assert found.environment_digest == environment_digest()
    assert found.git_commit == "c0ffee"


def test_lineage_tells_whether_a_commit_has_the_code_and_the_description(
    checkout: Checkout,
) -> None:
    def is_dirty() -> bool:
        return lineage(data="mine", data_digest="d", config_digest="c").git_dirty

    assert not is_dirty()
    checkout.write("notes.txt", "not of the model")
    assert not is_dirty()
    checkout.write(checkout.DESCRIPTION, "label: other")
    assert is_dirty()


def test_the_digest_of_the_environment_is_a_sha256() -> None:
    assert len(environment_digest()) == 64
