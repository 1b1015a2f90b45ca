"""Tracked runs: what is told about a run, what is found of it again, and the port for both."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

from pydantic import ConfigDict, Field

from foundation.record import Record

Status = Literal["running", "finished", "failed"]
NEWEST_FIRST = "attributes.start_time DESC"


class TrackedRun(Record):
    """Everything there is to say about one run.

    `curves` are metrics with one value an iteration. The tags `notebook` and `git_commit` are also
    shown as the source of the run. A run with a `parent_run_id` is shown below that run.
    """

    # A metric may be NaN, and must come back as one from where the run was kept.
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
    status: Status = "finished"


class FoundRun(Record):
    """A run as the tracking server has it. Of a curve, `metrics` has the last value."""

    run_id: str
    experiment: str
    name: str
    status: Status
    parent_run_id: str | None
    started_at: datetime
    finished_at: datetime | None
    params: dict[str, str]
    tags: dict[str, str]
    metrics: dict[str, float]


class Tracking(Protocol):
    """Port of the tracking server. Whatever goes wrong there is Unavailable.

    Names of artifacts may have folders: plots/roc.png.
    """

    def log(self, run: TrackedRun, artifacts: Mapping[str, bytes]) -> str:
        """Record a finished run with its files, and return its id."""
        ...

    def log_many(self, runs: Sequence[TrackedRun]) -> list[str]:
        """Record many small runs without files, and return their ids in the same order.

        What broke off in the middle is either not there or still running.
        """
        ...

    def begin(self, run: TrackedRun) -> str:
        """Record a run that still runs, with its tags and parameters, and return its id."""
        ...

    def finish(self, run_id: str, run: TrackedRun, artifacts: Mapping[str, bytes]) -> None:
        """Complete a run that was begun: what it lacks is added, its status comes last.

        It may be finished again. A parameter keeps its first value. NotFound for a run that is not
        there.
        """
        ...

    def add(
        self, run_id: str, metrics: Mapping[str, float], artifacts: Mapping[str, bytes]
    ) -> None:
        """Add metrics and files to a recorded run; a metric it has already gets a new value."""
        ...

    def find(
        self,
        experiments: Sequence[str] | None,
        filter: str = "",
        *,
        limit: int = 1000,
        order_by: str = NEWEST_FIRST,
    ) -> list[FoundRun]:
        """Find runs of these experiments (None: of all), filtered and ordered in MLflow's words.

        An experiment that is not there has no runs.
        """
        ...

    def run(self, run_id: str) -> FoundRun:
        """Find one run; NotFound when it is not there."""
        ...

    def children(self, parent_run_id: str) -> list[FoundRun]:
        """Find every run below this one, oldest first; NotFound when it is not there itself."""
        ...

    def artifact_names(self, run_id: str) -> list[str]:
        """The name of every file of a run, sorted; NotFound when the run is not there."""
        ...

    def read_artifact(self, run_id: str, path: str) -> bytes:
        """Read one file of a run; NotFound when it, or the run, is not there."""
        ...
