"""Tracking server: a client of MLflow without its log output, and MLflow's tags and metrics."""

import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from foundation.errors import FraudDetectionError, Unavailable
from foundation.params import without_password
from foundation.settings import Settings
from foundation.tracking.runs import TrackedRun
from foundation.tracking.store_errors import SQLITE, explained

if TYPE_CHECKING:
    from mlflow.tracking.client import MlflowClient

PARENT = "mlflow.parentRunId"
TABLES_TIMEOUT_SECONDS = 120  # a new store writes its tables for about 8 s
# MLflow reads these when it is imported. Whatever goes wrong is raised to us, so its log adds only
# noise; and its own seven retries would hold a trained model back for four minutes.
QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "CRITICAL",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",  # two lines for every trial of a study
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "3",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
}


class TrackingServer:
    """The MLflow store that `settings.tracking_uri` names, opened by the first use of `client`."""

    def __init__(self, settings: Settings) -> None:
        self.uri, self._artifact_uri = settings.tracking_uri, settings.artifact_uri

    @property
    def is_sqlite(self) -> bool:
        return self.uri.startswith(SQLITE)

    @cached_property
    def client(self) -> "MlflowClient":
        silence_mlflow()
        with warnings.catch_warnings():
            # A warning in notebooks, about a progress bar that is never shown here.
            warnings.filterwarnings("ignore", message="IProgress not found")
            from mlflow.tracking.client import MlflowClient  # three seconds

        with self._locked():
            return MlflowClient(tracking_uri=self.uri)

    def open_experiment(self, name: str) -> str:
        """Return the id of the experiment, which is created if it does not exist."""
        client = self.client  # opened first: that locks too
        with self._locked():
            found = client.get_experiment_by_name(name)
            if found is not None:
                known: str = found.experiment_id
                return known
            location = self._artifact_location(name)
            created: str = client.create_experiment(name, artifact_location=location)
            return created

    @contextmanager
    def errors(self, action: str) -> Iterator[None]:
        """Translate every error during `action` into Unavailable; our own errors stay."""
        try:
            yield
        except FraudDetectionError:
            raise
        except Exception as error:
            # MLflow, SQLAlchemy, requests, botocore and the plugin each raise kinds of their own.
            message = f"{action} in {self.uri} failed. {explained(error, self.uri)}"
            # The cause would show in the traceback what the message hides.
            raise Unavailable(without_password(message)) from None

    def _artifact_location(self, experiment: str) -> str | None:
        if self._artifact_uri is None and self.is_sqlite:
            # MLflow would choose a folder in the working directory.
            return (Path(self.uri.removeprefix(SQLITE)).parent / "artifacts" / experiment).as_uri()
        return f"{self._artifact_uri}/{experiment}" if self._artifact_uri else None

    def _locked(self) -> AbstractContextManager[Any]:
        """Lock the SQLite file: two processes that make tables or an experiment at once collide."""
        if not self.is_sqlite:
            return nullcontext()
        from filelock import FileLock

        file = Path(self.uri.removeprefix(SQLITE))
        file.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(f"{file}.lock", timeout=TABLES_TIMEOUT_SECONDS)


def silence_mlflow() -> None:
    """Set the environment variables that keep MLflow from logging; call it before the import."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)


def mlflow_tags(run: TrackedRun) -> dict[str, str]:
    """Return the tags of a run with those of MLflow: its source and its parent run."""
    parent = {} if run.parent_run_id is None else {PARENT: run.parent_run_id}
    return {**run.tags, **_source_tags(run.tags), **parent}


class MetricPoint(NamedTuple):
    """One value of a metric, its fields in MLflow's order."""

    key: str
    value: float
    timestamp: int
    step: int


def metric_points(run: TrackedRun) -> list[MetricPoint]:
    """Return every metric of a run; curves have a point an iteration, from 1."""
    at = milliseconds(run.finished_at)
    metrics = [MetricPoint(name, value, at, 0) for name, value in run.metrics.items()]
    return metrics + [
        MetricPoint(name, value, at, step)
        for name, values in run.curves.items()
        for step, value in enumerate(values, start=1)
    ]


def milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _source_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Return the tags by which MLflow's own pages show the source of a run."""
    known = {"notebook": "mlflow.source.name", "git_commit": "mlflow.source.git.commit"}
    return {theirs: tags[ours] for ours, theirs in known.items() if ours in tags}
