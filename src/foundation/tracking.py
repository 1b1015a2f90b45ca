"""Tracking: what each run was made from and how good it turned out, kept for people to compare."""

import os
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import Field

from foundation.errors import Unavailable
from foundation.executions import Record
from foundation.settings import Settings

if TYPE_CHECKING:
    from mlflow.tracking.client import MlflowClient

SQLITE = "sqlite:///"
AT_ONCE = 100  # tracking servers take 100 parameters or tags, and 1000 metrics, a request
TABLES_TIMEOUT_SECONDS = 120  # a new store writes its tables for about 8 s
# MLflow reads these when it is imported. Whatever goes wrong is raised to us, so its log adds only
# noise; and its own seven retries would hold a trained model back for four minutes.
QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "CRITICAL",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "3",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
}


class TrackedRun(Record):
    """Everything there is to say about one run.

    `curves` are metrics with one value an iteration. The tags `notebook` and `git_commit` are also
    shown as the source of the run.
    """

    experiment: str
    name: str
    started_at: datetime
    finished_at: datetime
    params: dict[str, str]
    tags: dict[str, str]
    metrics: dict[str, float]
    curves: dict[str, list[float]] = Field(default_factory=dict)


class Tracking(Protocol):
    """Port of the tracking server. Whatever goes wrong there is Unavailable."""

    def log(self, run: TrackedRun, artifacts: Mapping[str, bytes]) -> str:
        """Record a finished run with its files, and return its id."""
        ...

    def add(
        self, run_id: str, metrics: Mapping[str, float], artifacts: Mapping[str, bytes]
    ) -> None:
        """Add metrics and files to a recorded run; a metric it has already gets a new value."""
        ...


class MlflowTracking:
    """The MLflow store that `settings.tracking_uri` names.

    Locally that is an SQLite file, made on first use; on AWS the ARN of a managed tracking server,
    which MLflow reaches through its sagemaker-mlflow plugin.
    """

    def __init__(self, settings: Settings) -> None:
        self._uri, self._artifact_uri = settings.tracking_uri, settings.artifact_uri

    def log(self, run: TrackedRun, artifacts: Mapping[str, bytes]) -> str:
        with _tracking_errors(f"Recording run {run.name} in {self._uri}"):
            created = self._client.create_run(
                self._experiment_id(run.experiment),
                start_time=_milliseconds(run.started_at),
                tags={**run.tags, **_source_tags(run.tags)},
                run_name=run.name,
            )
            run_id: str = created.info.run_id
            with self._closed_at_the_end(run_id, run.finished_at):
                self._write(run_id, run)
                self._upload(run_id, artifacts)
        return run_id

    def add(
        self, run_id: str, metrics: Mapping[str, float], artifacts: Mapping[str, bytes]
    ) -> None:
        with _tracking_errors(f"Adding to run {run_id} in {self._uri}"):
            client, now = self._client, datetime.now().astimezone()
            from mlflow.entities import Metric

            added = [Metric(name, value, _milliseconds(now), 0) for name, value in metrics.items()]
            for start in range(0, len(added), AT_ONCE):
                client.log_batch(run_id, metrics=added[start : start + AT_ONCE])
            self._upload(run_id, artifacts)

    @cached_property
    def _client(self) -> "MlflowClient":
        for name, value in QUIET.items():
            os.environ.setdefault(name, value)
        with warnings.catch_warnings():
            # In a notebook, about a progress bar that nothing here shows.
            warnings.filterwarnings("ignore", message="IProgress not found")
            from mlflow.tracking.client import MlflowClient  # three seconds

        with self._alone():
            return MlflowClient(tracking_uri=self._uri)

    def _experiment_id(self, name: str) -> str:
        with self._alone():
            found = self._client.get_experiment_by_name(name)
            if found is not None:
                known: str = found.experiment_id
                return known
            created: str = self._client.create_experiment(
                name, artifact_location=self._artifact_place(name)
            )
            return created

    def _artifact_place(self, experiment: str) -> str | None:
        if self._artifact_uri is None and self._uri.startswith(SQLITE):
            # MLflow would choose a folder in the working directory.
            return (Path(self._uri.removeprefix(SQLITE)).parent / "artifacts" / experiment).as_uri()
        return f"{self._artifact_uri}/{experiment}" if self._artifact_uri else None

    def _alone(self) -> AbstractContextManager[Any]:
        """Two processes that make the tables, or an experiment, at once would collide."""
        if not self._uri.startswith(SQLITE):
            return nullcontext()
        from filelock import FileLock

        file = Path(self._uri.removeprefix(SQLITE))
        file.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(f"{file}.lock", timeout=TABLES_TIMEOUT_SECONDS)

    @contextmanager
    def _closed_at_the_end(self, run_id: str, finished_at: datetime) -> Iterator[None]:
        try:
            yield
        except BaseException:
            # What went wrong matters more than that a broken server keeps the run open.
            with suppress(Exception):
                self._client.set_terminated(run_id, status="FAILED")
            raise
        self._client.set_terminated(run_id, end_time=_milliseconds(finished_at))

    def _write(self, run_id: str, run: TrackedRun) -> None:
        from mlflow.entities import Metric, Param

        at = _milliseconds(run.finished_at)
        params = [Param(name, value) for name, value in run.params.items()]
        metrics = [Metric(name, value, at, 0) for name, value in run.metrics.items()]
        metrics += [
            Metric(name, value, at, step)
            for name, values in run.curves.items()
            for step, value in enumerate(values, start=1)
        ]
        for start in range(0, len(params), AT_ONCE):
            self._client.log_batch(run_id, params=params[start : start + AT_ONCE])
        for start in range(0, len(metrics), 10 * AT_ONCE):
            self._client.log_batch(run_id, metrics=metrics[start : start + 10 * AT_ONCE])

    def _upload(self, run_id: str, artifacts: Mapping[str, bytes]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for name, content in artifacts.items():
                (Path(folder) / name).write_bytes(content)
            if artifacts:
                self._client.log_artifacts(run_id, folder)


def _source_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """The names under which MLflow's own pages show where a run came from."""
    known = {"notebook": "mlflow.source.name", "git_commit": "mlflow.source.git.commit"}
    return {theirs: tags[ours] for ours, theirs in known.items() if ours in tags}


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


@contextmanager
def _tracking_errors(action: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        # MLflow, SQLAlchemy, requests, botocore and the plugin each raise kinds of their own.
        message = f"{action} failed: {type(error).__name__}: {error}. Is the tracking server up?"
        raise Unavailable(message) from error
