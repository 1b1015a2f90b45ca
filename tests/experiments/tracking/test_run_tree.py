"""A run tree survives JSON, tags its runs with its key, and names their origin."""

import json

from hypothesis import given
from hypothesis import strategies as st

from experiments.tracking.run_tree import KEY, ChildRun, RunTree, standard_tags
from fakes.studies.run_trees import run_of, tree_of
from fraud.data.splits import SplitPlan


@given(content=st.binary(max_size=50), metric=st.floats())
def test_a_tree_kept_as_json_is_the_tree_that_was_told(content: bytes, metric: float) -> None:
    run = run_of("kept", "trial", metrics={"cost": metric})
    child = ChildRun(key="trial", run=run, artifacts={"model/data": content})
    tree = RunTree(
        idempotency_key="kept-1", parent=run, children=(child,), artifacts={"plot.png": content}
    )
    again = RunTree.model_validate_json(tree.to_json())
    assert again.artifacts == tree.artifacts
    assert again.children[0].artifacts == child.artifacts
    assert repr(again.children[0].run.metrics) == repr(run.metrics)


def test_the_standard_tags_say_what_a_run_was_made_from() -> None:
    tags = standard_tags(
        data_digest="d" * 64, split=SplitPlan(seed=7), seed=3, simulated=True, notebook="3_compare"
    )
    assert len(tags["environment_digest"]) == 64
    expected = {
        "data_digest": "d" * 64, "split": "stratified", "split_seed": "7", "seed": "3",
        "simulated": "true", "notebook": "3_compare",
    }  # fmt: skip
    assert tags.items() >= expected.items()
    assert "execution_id" not in tags


def test_a_tree_of_more_trials_keeps_those_that_only_an_earlier_one_has() -> None:
    earlier, later = tree_of("study-1", trials=2), tree_of("study-1", trials=4)
    last = later.model_copy(update={"children": later.children[1:]})
    both = last.with_children_of(earlier)
    assert [child.key for child in both.children] == ["trial 0", "trial 1", "trial 2", "trial 3"]
    assert both.children[1:] == later.children[1:]


def test_every_run_is_found_again_by_its_key_below_its_parent() -> None:
    tree = tree_of("study-1")
    assert tree.keyed_parent().tags == {"kind": "study", KEY: "study-1"}
    child = tree.keyed_child(tree.children[0], "run-1")
    assert child.tags[KEY] == "study-1/trial 0"
    assert (child.parent_run_id, child.experiment) == ("run-1", tree.parent.experiment)


def test_in_json_the_idempotency_key_is_named_as_in_earlier_versions() -> None:
    tree = tree_of("study-1")
    assert json.loads(tree.to_json())["key"] == tree.idempotency_key == "study-1"
