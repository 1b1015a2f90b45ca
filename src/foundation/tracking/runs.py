"""Tracked runs: a run to record, a run as recorded, and the port of the tracking server."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

from pydantic import ConfigDict, Field

from foundation.record import Record

RunStatus = Literal["running", "finished", "failed"]
NEWEST_FIRST = "attributes.start_time DESC"


class TrackedRun(Record):
    """Everything that is recorded of one run.

    `curves` are metrics with one value an iteration. The tags `notebook` and `git_commit` are also
    shown as the source of the run. A run with a `parent_run_id` is shown below that run.
    """

    # A metric may be NaN, and has to be NaN again when the stored run is read.
    model_config = ConfigDict(ser_json_inf_nan="constants")

    experiment: str
    name: str
    started_at: datetime
    finished_at: datetime
    params: dict[str, str]
    tags: dict[str, str]
    metrics: dict[str, float]
    curves: dict[str, list[float]] = Field(default_factory=dict)
    parent_run_id: str | None = None
    status: RunStatus = "finished"


class FoundRun(Record):
    """A run as the tracking server stores it. Of a curve, `metrics` has the last value."""

    run_id: str
    experiment: str
    name: str
    status: RunStatus
    parent_run_id: str | None
    started_at: datetime
    finished_at: datetime | None
    params: dict[str, str]
    tags: dict[str, str]
    metrics: dict[str, float]


class Tracking(Protocol):
    """Port of the tracking server. Every failure of the server is Unavailable.

    Names of artifacts may have folders: plots/roc.png.
    """

    def log(self, run: TrackedRun, artifacts: Mapping[str, bytes]) -> str:
        """Record a finished run with its files, and return its id."""
        ...

    def log_many(self, runs: Sequence[TrackedRun]) -> list[str]:
        """Record many small runs without files, and return their ids in the same order.

        After an interruption, a run is either missing or still running.
        """
        ...

    def begin(self, run: TrackedRun) -> str:
        """Record a run that still runs, with its tags and parameters, and return its id."""
        ...

    def finish(self, run_id: str, run: TrackedRun, artifacts: Mapping[str, bytes]) -> None:
        """Complete a run that was begun: missing values are added, the status is set last.

        A run may be finished again. A parameter keeps its first value. Raises NotFound for a run
        that does not exist.
        """
        ...

    def add(
        self, run_id: str, metrics: Mapping[str, float], artifacts: Mapping[str, bytes]
    ) -> None:
        """Add metrics and files to a recorded run; an existing metric gets a new value."""
        ...

    def find(
        self,
        experiments: Sequence[str] | None,
        filter: str = "",
        *,
        limit: int = 1000,
        order_by: str = NEWEST_FIRST,
    ) -> list[FoundRun]:
        """Return runs of these experiments (None: of all), by a filter and order of MLflow.

        A missing experiment has no runs.
        """
        ...

    def run(self, run_id: str) -> FoundRun:
        """Return one run; NotFound when it does not exist."""
        ...

    def children(self, parent_run_id: str) -> list[FoundRun]:
        """Return every child of a run, oldest first; NotFound when the run does not exist."""
        ...

    def artifact_names(self, run_id: str) -> list[str]:
        """Return the name of every file of a run, sorted; NotFound when there is no such run."""
        ...

    def read_artifact(self, run_id: str, path: str) -> bytes:
        """Read one file of a run; NotFound when the file or the run does not exist."""
        ...
