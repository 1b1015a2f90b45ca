"""Upsert of a run tree: record what the tracking server does not have yet, and nothing twice."""

import math
from collections.abc import Sequence

from experiments.tracking.run_tree import KEY, ChildRun, RunTree, child_key
from foundation.tracking.runs import FoundRun, TrackedRun, Tracking

BATCH = 100  # runs a transaction


class RunUpsert:
    """The upsert of one tree; `tree` may grow while a study runs, and gain its result at the end.

    Every step is idempotent, in this process and in others: it finds existing runs by the tag
    `ceap_key`, and records the missing ones. A child is recorded after its parent. A run in status
    "running" was cut off, and is completed; a complete child stays as it is.
    """

    def __init__(self, tracking: Tracking, tree: RunTree) -> None:
        self._tracking, self.tree = tracking, tree
        self._existing: FoundRun | None = None
        self._incomplete: dict[str, str] = {}
        self.run_id: str | None = None
        self.children: dict[str, str] = {}  # run ids of the complete ones, by their keys

    def run(self) -> None:
        """Record everything of the tree that is missing."""
        self.record_children(self.tree.children)
        self.finish()

    def begin(self) -> str:
        """Find the parent and its children, or begin the parent; return its run id."""
        if self.run_id is None:
            self._existing = self._find_parent()
            if self._existing is None:
                self.run_id = self._tracking.begin(self.tree.keyed_parent())
            else:
                self._find_children(self._existing.run_id)
                self.run_id = self._existing.run_id
        return self.run_id

    def record_children(self, children: Sequence[ChildRun]) -> None:
        """Record the missing children; those without files in batches."""
        parent_id = self.begin()
        by_key = {child.key: child for child in children if child.key not in self.children}
        small = [c for c in by_key.values() if not c.artifacts and c.key not in self._incomplete]
        for start in range(0, len(small), BATCH):
            batch = small[start : start + BATCH]
            runs = [self.tree.keyed_child(child, parent_id) for child in batch]
            ids = self._tracking.log_many(runs)
            self.children |= dict(zip((child.key for child in batch), ids, strict=True))
        for child in by_key.values():
            if child.key not in self.children:
                self._complete(child, parent_id)

    def finish(self) -> None:
        """Complete the parent, unless the server has all of it already."""
        parent_id, parent = self.begin(), self.tree.keyed_parent()
        if self._existing is None or not _contains(self._existing, parent):
            self._tracking.finish(parent_id, parent, self.tree.artifacts)

    def _complete(self, child: ChildRun, parent_id: str) -> None:
        run = self.tree.keyed_child(child, parent_id)
        run_id = self._incomplete.get(child.key) or self._tracking.begin(run)
        self._tracking.finish(run_id, run, child.artifacts)
        self.children[child.key] = run_id

    def _find_parent(self) -> FoundRun | None:
        condition = f"tags.{KEY} = '{self.tree.idempotency_key}'"
        runs = self._tracking.find([self.tree.parent.experiment], condition)
        return runs[-1] if runs else None

    def _find_children(self, parent_id: str) -> None:
        prefix = child_key(self.tree.idempotency_key, "")
        for run in self._tracking.children(parent_id):
            key = run.tags.get(KEY, "").removeprefix(prefix)
            if run.status == "running":
                self._incomplete.setdefault(key, run.run_id)
            else:
                self.children.setdefault(key, run.run_id)


def _contains(existing: FoundRun, run: TrackedRun) -> bool:
    """Whether the existing run has all params, tags and metrics of `run`, and its status."""
    curves = {name: values[-1] for name, values in run.curves.items() if values}
    metrics = run.metrics | curves
    return (
        existing.status == run.status != "running"
        and run.params.keys() <= existing.params.keys()
        and run.tags.items() <= existing.tags.items()
        and metrics.keys() <= existing.metrics.keys()
        and all(_same(existing.metrics[name], value) for name, value in metrics.items())
    )


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))
