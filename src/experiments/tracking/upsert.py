"""Telling: a run tree told to the tracking server, which may know a part of it already."""

import math
from collections.abc import Sequence

from experiments.tracking.run_tree import KEY, ChildRun, RunTree, child_key
from foundation.tracking.runs import FoundRun, TrackedRun, Tracking

AT_ONCE = 100  # runs a transaction


class RunUpsert:
    """One tree as the tracking server has it; `tree` may grow, and gain what its end brings.

    Every step may be taken again, by this process or another: it looks for what is there by the
    tag `ceap_key`, and tells what is missing. A child comes after its parent. A run that is still
    running was cut off, and is completed; a child that is complete stays as it is.
    """

    def __init__(self, tracking: Tracking, tree: RunTree) -> None:
        self._tracking, self.tree = tracking, tree
        self._found: FoundRun | None = None
        self._torn: dict[str, str] = {}
        self.run_id: str | None = None
        self.children: dict[str, str] = {}  # run ids of the complete ones, by their keys

    def tell_all(self) -> None:
        """Tell whatever is missing of the whole tree."""
        self.tell(self.tree.children)
        self.finish()

    def begin(self) -> str:
        """Find the parent with its children, or begin it, and return its id."""
        if self.run_id is None:
            self._found = self._find_parent()
            if self._found is None:
                self.run_id = self._tracking.begin(self.tree.keyed_parent())
            else:
                self._find_children(self._found.run_id)
                self.run_id = self._found.run_id
        return self.run_id

    def tell(self, children: Sequence[ChildRun]) -> None:
        """Record the children that are missing: those without files many at a time."""
        parent_id = self.begin()
        by_key = {child.key: child for child in children if child.key not in self.children}
        small = [c for c in by_key.values() if not c.artifacts and c.key not in self._torn]
        for start in range(0, len(small), AT_ONCE):
            some = small[start : start + AT_ONCE]
            runs = [self.tree.keyed_child(child, parent_id) for child in some]
            ids = self._tracking.log_many(runs)
            self.children |= dict(zip((child.key for child in some), ids, strict=True))
        for child in by_key.values():
            if child.key not in self.children:
                self._complete(child, parent_id)

    def finish(self) -> None:
        """Complete the parent, unless it says all this already."""
        parent_id, parent = self.begin(), self.tree.keyed_parent()
        if self._found is None or not _says(self._found, parent):
            self._tracking.finish(parent_id, parent, self.tree.artifacts)

    def _complete(self, child: ChildRun, parent_id: str) -> None:
        run = self.tree.keyed_child(child, parent_id)
        run_id = self._torn.get(child.key) or self._tracking.begin(run)
        self._tracking.finish(run_id, run, child.artifacts)
        self.children[child.key] = run_id

    def _find_parent(self) -> FoundRun | None:
        condition = f"tags.{KEY} = '{self.tree.key}'"
        found = self._tracking.find([self.tree.parent.experiment], condition)
        return found[-1] if found else None

    def _find_children(self, parent_id: str) -> None:
        prefix = child_key(self.tree.key, "")
        for run in self._tracking.children(parent_id):
            key = run.tags.get(KEY, "").removeprefix(prefix)
            if run.status == "running":
                self._torn.setdefault(key, run.run_id)
            else:
                self.children.setdefault(key, run.run_id)


def _says(found: FoundRun, run: TrackedRun) -> bool:
    """Whether the run that was found says all that `run` would."""
    curves = {name: values[-1] for name, values in run.curves.items() if values}
    metrics = run.metrics | curves
    return (
        found.status == run.status != "running"
        and run.params.keys() <= found.params.keys()
        and run.tags.items() <= found.tags.items()
        and metrics.keys() <= found.metrics.keys()
        and all(_same(found.metrics[name], value) for name, value in metrics.items())
    )


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))
