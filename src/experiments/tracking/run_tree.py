"""Run trees: a study or a comparison with its child runs, as one unit to record."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import ConfigDict, Field

from foundation.lineage import environment_digest
from foundation.record import Record
from foundation.tracking.runs import TrackedRun

if TYPE_CHECKING:
    from fraud.data.splits import SplitPlan

KEY = "ceap_key"  # the tag that holds the idempotency key of a recorded run


class _Persisted(Record):
    # Plots and models are bytes, and a metric may be NaN: both survive JSON unchanged.
    model_config = ConfigDict(
        ser_json_bytes="base64",
        val_json_bytes="base64",
        ser_json_inf_nan="constants",
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
    )


class ChildRun(_Persisted):
    """A run below another: a trial, an algorithm, a feature set. Its key is unique in its tree."""

    key: str = Field(min_length=1, max_length=200)
    run: TrackedRun
    artifacts: dict[str, bytes] = Field(default_factory=dict)


class RunTree(_Persisted):
    """A parent run and its child runs.

    A tree that is recorded again under the same idempotency key is recorded once. `artifacts` are
    the files of the parent.
    """

    # It names a file too. In JSON it is `key`.
    idempotency_key: str = Field(alias="key", pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,149}$")
    parent: TrackedRun
    children: tuple[ChildRun, ...] = ()
    artifacts: dict[str, bytes] = Field(default_factory=dict)

    def keyed_parent(self) -> TrackedRun:
        """Return the parent with the tag of its idempotency key."""
        return self.parent.model_copy(
            update={"tags": {**self.parent.tags, KEY: self.idempotency_key}}
        )

    def keyed_child(self, child: ChildRun, parent_run_id: str) -> TrackedRun:
        """Return the child below its parent, in the same experiment: MLflow finds no other."""
        below = {
            "tags": {**child.run.tags, KEY: child_key(self.idempotency_key, child.key)},
            "parent_run_id": parent_run_id,
            "experiment": self.parent.experiment,
        }
        return child.run.model_copy(update=below)

    def with_children_of(self, earlier: "RunTree") -> "RunTree":
        """Return this tree with those children of an earlier one that it does not have itself."""
        own = {child.key for child in self.children}
        others = tuple(child for child in earlier.children if child.key not in own)
        return self.model_copy(update={"children": (*others, *self.children)})


def child_key(tree: str, child: str) -> str:
    """Return the idempotency key of a child run."""
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
    """Return the tags of a run's origin: data, split, seed and environment."""
    tags: Mapping[str, str | None] = {
        "data_digest": data_digest,
        "split": split.method,
        "split_seed": str(split.seed),
        "seed": str(seed),
        "simulated": str(simulated).lower(),
        "environment_digest": environment_digest(),
        "notebook": notebook,
        "execution_id": execution_id,
    }
    return {name: value for name, value in tags.items() if value is not None}
