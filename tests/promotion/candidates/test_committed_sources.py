"""A model whose sources were committed after it was made names that commit, and may go on."""

from pathlib import Path

import pytest

from fakes.studies.run_trees import NOON
from fakes.tiny.checkout import Checkout, checkout_in
from foundation.sources import sources_of
from foundation.tracking.runs import FoundRun
from promotion.candidates.committed_sources import changed_meanwhile, with_commit_of_sources
from promotion.gates.origin import lineage_gate
from promotion.policy import LineageRules


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    monkeypatch.setenv("CEAP_PROJECT", str(tmp_path))
    return checkout_in(tmp_path)


def made_in(checkout: Checkout, **tags: str) -> FoundRun:
    """A run that was made from the files as they are now, with the tags that it would have."""
    sources = sources_of("mine")
    digests, uncommitted = sources.digests(), sources.uncommitted(checkout.head)
    origin = {
        "data": "mine", "data_digest": "d" * 64, "split": "time", "environment_digest": "e" * 64,
        "simulated": "false", "git_commit": checkout.head,
        "git_dirty": str(bool(uncommitted)).lower(),
        "code_digest": digests.code, "description_digest": digests.description or "",
        "uncommitted_files": ", ".join(uncommitted),
    }  # fmt: skip
    return FoundRun(
        run_id="run-1", experiment="tuning", name="mine", status="finished", parent_run_id=None,
        started_at=NOON, finished_at=NOON, params={}, tags=origin | tags, metrics={},
    )  # fmt: skip


def verdict(run: FoundRun) -> tuple[str, str]:
    gate = lineage_gate(run, LineageRules(), champion_is_simulated=None)
    return gate.verdict, gate.reason


def test_sources_that_were_committed_before_need_no_search(checkout: Checkout) -> None:
    run = made_in(checkout)
    assert run.tags["git_dirty"] == "false"
    assert with_commit_of_sources(run) is run


def test_a_commit_afterwards_is_enough_and_is_named(checkout: Checkout) -> None:
    checkout.write(checkout.DESCRIPTION, "label: fraud\ntime: t\nid: new\n")
    run = made_in(checkout)
    refused = verdict(with_commit_of_sources(run))
    assert refused[0] == "fail"
    assert checkout.DESCRIPTION in refused[1]

    commit = checkout.commit()
    checkout.write(checkout.DESCRIPTION, "label: something else by now")
    checkout.commit()
    found = with_commit_of_sources(run)
    assert (found.tags["git_commit"], found.tags["git_dirty"]) == (commit, "false")
    assert verdict(found)[0] == "pass"
    assert commit[:10] in verdict(found)[1]


def test_files_beside_the_sources_never_stop_a_promotion(checkout: Checkout) -> None:
    checkout.write("executed.ipynb", "saved here")
    checkout.write("params/data/another.yaml", "label: y")
    run = made_in(checkout)
    assert with_commit_of_sources(run) is run
    assert verdict(run)[0] == "pass"


def test_other_content_under_the_same_name_is_no_remedy(checkout: Checkout) -> None:
    checkout.write(checkout.DESCRIPTION, "label: as it was then")
    run = made_in(checkout)
    checkout.write(checkout.DESCRIPTION, "label: as it is now")
    checkout.commit()
    assert with_commit_of_sources(run) is run
    assert verdict(run)[0] == "fail"


def test_code_of_another_digest_is_not_found(checkout: Checkout) -> None:
    run = made_in(checkout, git_dirty="true", code_digest="0" * 64)
    assert with_commit_of_sources(run) is run


def test_sources_that_changed_meanwhile_are_not_searched(checkout: Checkout) -> None:
    run = made_in(checkout, git_dirty="true", sources_changed="true")
    assert changed_meanwhile(run)
    assert with_commit_of_sources(run) is run
    assert verdict(run)[0] == "fail"


def test_a_run_without_digests_is_left_as_it_is(checkout: Checkout) -> None:
    whole = made_in(checkout, git_dirty="true")
    tags = {name: tag for name, tag in whole.tags.items() if name != "description_digest"}
    run = whole.model_copy(update={"tags": tags})
    assert with_commit_of_sources(run) is run
