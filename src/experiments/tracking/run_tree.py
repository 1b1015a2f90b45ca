"""Run trees: a study or a comparison with everything below it, as the tracking server is told."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import ConfigDict, Field

from foundation.lineage import code_digest, environment_digest, has_uncommitted_changes
from foundation.record import Record
from foundation.source_version import git_commit
from foundation.tracking.runs import TrackedRun

if TYPE_CHECKING:
    from fraud.data.splits import SplitPlan

KEY = "ceap_key"  # the tag by which what was recorded is found again


class _Kept(Record):
    # Plots and models are bytes, and a metric may be NaN: both come back from JSON as they were.
    model_config = ConfigDict(
        ser_json_bytes="base64", val_json_bytes="base64", ser_json_inf_nan="constants"
    )


class ChildRun(_Kept):
    """A run below another: a trial, an algorithm, a feature set. Its key is its own in its tree."""

    key: str = Field(min_length=1, max_length=200)
    run: TrackedRun
    artifacts: dict[str, bytes] = Field(default_factory=dict)


class RunTree(_Kept):
    """A run and those below it.

    The key is the tree's own for ever: a tree that is told again under it is recorded once.
    `artifacts` are the files of the parent.
    """

    key: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,149}$")  # it names a file
    parent: TrackedRun
    children: tuple[ChildRun, ...] = ()
    artifacts: dict[str, bytes] = Field(default_factory=dict)

    def keyed_parent(self) -> TrackedRun:
        """The parent with the tag by which it is found again."""
        return self.parent.model_copy(update={"tags": {**self.parent.tags, KEY: self.key}})

    def keyed_child(self, child: ChildRun, parent_run_id: str) -> TrackedRun:
        """The child below its parent, in the same experiment: MLflow looks nowhere else."""
        below = {
            "tags": {**child.run.tags, KEY: child_key(self.key, child.key)},
            "parent_run_id": parent_run_id,
            "experiment": self.parent.experiment,
        }
        return child.run.model_copy(update=below)

    def with_children_of(self, earlier: "RunTree") -> "RunTree":
        """This tree with those children of an earlier one that it does not have itself."""
        own = {child.key for child in self.children}
        others = tuple(child for child in earlier.children if child.key not in own)
        return self.model_copy(update={"children": (*others, *self.children)})


def child_key(tree: str, child: str) -> str:
    return f"{tree}/{child}"


def standard_tags(
    *,
    data_digest: str,
    split: "SplitPlan",
    seed: int,
    simulated: bool,
    notebook: str | None = None,
    execution_id: str | None = None,
) -> dict[str, str]:
    """What every run says of its origin: data, split, seed, code and environment.

    Without a git to ask, the run says nothing about its commit.
    """
    tags: Mapping[str, str | None] = {
        "data_digest": data_digest,
        "split": split.method,
        "split_seed": str(split.seed),
        "seed": str(seed),
        "simulated": str(simulated).lower(),
        "git_commit": git_commit(),
        "git_dirty": str(has_uncommitted_changes()).lower(),
        "code_digest": code_digest(),
        "environment_digest": environment_digest(),
        "notebook": notebook,
        "execution_id": execution_id,
    }
    return {name: value for name, value in tags.items() if value is not None}
