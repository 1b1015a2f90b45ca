"""Run trees: studies that never ran, and whether a tracking server has them whole."""

from datetime import UTC, datetime, timedelta
from typing import Any

from experiments.tracking.run_tree import KEY, ChildRun, RunTree
from foundation.tracking.runs import TrackedRun, Tracking

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PLOT = {"plots/front.png": b"\x89PNG\xff\x00"}
MODEL = {"model/MLmodel": b"flavors: {}", "model/data/model.ubj": b"\x00\xff"}


def run_of(experiment: str, name: str, minute: int = 0, **changed: Any) -> TrackedRun:
    start = NOON + timedelta(minutes=minute)
    return TrackedRun(
        experiment=experiment,
        name=name,
        started_at=start,
        finished_at=start + timedelta(seconds=30),
        params={"rate": "0.1"},
        tags={"kind": "trial"},
        metrics={"average_precision": 0.5 + minute / 100},
        curves={"loss": [0.5, 0.25]},
    ).model_copy(update=changed)


def tree_of(key: str, trials: int = 3) -> RunTree:
    """A study: trials, of which the second failed and the last has a model."""
    children = [ChildRun(key=f"trial {n}", run=run_of(key, f"trial {n}", n)) for n in range(trials)]
    children[1] = ChildRun(key="trial 1", run=run_of(key, "trial 1", 1, status="failed"))
    last = f"trial {trials - 1}"
    children[-1] = ChildRun(key=last, run=run_of(key, last, trials), artifacts=MODEL)
    parent = run_of(key, "study", tags={"kind": "study"}, metrics={"trials": float(trials)})
    return RunTree(idempotency_key=key, parent=parent, children=tuple(children), artifacts=PLOT)


def assert_recorded_once(tracking: Tracking, tree: RunTree) -> None:
    """One parent, each child once, all linked, nothing missing and nothing made up."""
    runs = tracking.find([tree.parent.experiment])
    parents = [run for run in runs if run.parent_run_id is None]
    assert len(parents) == 1
    children = tracking.children(parents[0].run_id)
    assert len(runs) == 1 + len(children)
    told = [tree.keyed_parent()]
    told += [tree.keyed_child(child, parents[0].run_id) for child in tree.children]
    files = [tree.artifacts, *(child.artifacts for child in tree.children)]
    found = {run.tags[KEY]: run for run in (parents[0], *children)}
    assert found.keys() == {run.tags[KEY] for run in told}
    for run, expected in zip(told, files, strict=True):
        there = found[run.tags[KEY]]
        assert there.status == run.status
        assert there.parent_run_id == run.parent_run_id
        assert (there.params, there.tags) == (run.params, run.tags)
        assert there.metrics == run.metrics | {"loss": 0.25}
        assert {
            name: tracking.read_artifact(there.run_id, name)
            for name in tracking.artifact_names(there.run_id)
        } == expected
