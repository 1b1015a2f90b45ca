"""Tracking writer: runs, their parameters, metrics and files, recorded in MLflow."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any, TypeVar

from foundation.tracking.bulk_writer import supported_store, write_runs
from foundation.tracking.reader import MlflowReader, existing_run
from foundation.tracking.runs import FoundRun, TrackedRun, Tracking
from foundation.tracking.server import metric_points, milliseconds, mlflow_tags

__all__ = ["FoundRun", "MlflowTracking", "TrackedRun", "Tracking"]

AT_ONCE = 100  # tracking servers take 100 parameters, 100 tags, and 1000 of everything a request
METRICS_AT_ONCE = 800
REQUESTS_AT_ONCE = 4  # to a remote server, whose responses take long

Item = TypeVar("Item")


class MlflowTracking(MlflowReader):
    """The MLflow store that `settings.tracking_uri` names.

    Locally the store is an SQLite file, made on first use. On AWS it is a managed tracking server,
    named by its ARN, which MLflow reaches through its sagemaker-mlflow plugin.
    """

    def log(self, run: TrackedRun, artifacts: Mapping[str, bytes]) -> str:
        with self._server.errors(f"Recording run {run.name}"):
            run_id = self._create(run, self._server.open_experiment(run.experiment))
            with self._failed_if_torn(run_id):
                self._write(run_id, run, params=run.params)
                self._upload(run_id, artifacts)
                self._close(run_id, run)
        return run_id

    def log_many(self, runs: Sequence[TrackedRun]) -> list[str]:
        """Record the runs in one transaction where the store is SQLite, else run by run.

        MLflow has no request for many runs; run by run, SQLite waits for the disk each time.
        """
        if not runs:
            return []
        with self._server.errors(f"Recording {len(runs)} runs"):
            client, names = self._server.client, {run.experiment for run in runs}
            experiments = {name: self._server.open_experiment(name) for name in sorted(names)}
            store = supported_store(client) if self._server.is_sqlite else None
            if store is not None:
                return write_runs(store, runs, experiments)
            with ThreadPoolExecutor(1 if self._server.is_sqlite else REQUESTS_AT_ONCE) as pool:
                return list(pool.map(lambda run: self._record(run, experiments), runs))

    def begin(self, run: TrackedRun) -> str:
        with self._server.errors(f"Beginning run {run.name}"):
            run_id = self._create(run, self._server.open_experiment(run.experiment))
            without_metrics = run.model_copy(update={"metrics": {}, "curves": {}})
            self._write(run_id, without_metrics, params=run.params)
        return run_id

    def finish(self, run_id: str, run: TrackedRun, artifacts: Mapping[str, bytes]) -> None:
        with self._server.errors(f"Finishing run {run_id}"):
            recorded = existing_run(self._server.client, run_id).data.params
            params = {name: value for name, value in run.params.items() if name not in recorded}
            self._write(run_id, run, params=params, tags=mlflow_tags(run))
            self._upload(run_id, artifacts)
            self._close(run_id, run)

    def add(
        self, run_id: str, metrics: Mapping[str, float], artifacts: Mapping[str, bytes]
    ) -> None:
        with self._server.errors(f"Adding to run {run_id}"):
            client, now = self._server.client, datetime.now().astimezone()
            from mlflow.entities import Metric

            added = [Metric(name, value, milliseconds(now), 0) for name, value in metrics.items()]
            for some in _chunks(added, METRICS_AT_ONCE):
                client.log_batch(run_id, metrics=some)
            self._upload(run_id, artifacts)

    def _record(self, run: TrackedRun, experiments: Mapping[str, str]) -> str:
        run_id = self._create(run, experiments[run.experiment])
        self._write(run_id, run, params=run.params)
        self._close(run_id, run)
        return run_id

    def _create(self, run: TrackedRun, experiment_id: str) -> str:
        created = self._server.client.create_run(
            experiment_id,
            start_time=milliseconds(run.started_at),
            tags=mlflow_tags(run),
            run_name=run.name,
        )
        run_id: str = created.info.run_id
        return run_id

    def _write(
        self,
        run_id: str,
        run: TrackedRun,
        *,
        params: Mapping[str, str],
        tags: Mapping[str, str] | None = None,
    ) -> None:
        from mlflow.entities import Metric, Param, RunTag

        metrics = [Metric(*point) for point in metric_points(run)]
        chunks: Any = zip_longest(
            _chunks([Param(*each) for each in params.items()], AT_ONCE),
            _chunks([RunTag(*each) for each in (tags or {}).items()], AT_ONCE),
            _chunks(metrics, METRICS_AT_ONCE),
            fillvalue=(),
        )
        for some_params, some_tags, some_metrics in chunks:
            self._server.client.log_batch(
                run_id, params=some_params, tags=some_tags, metrics=some_metrics
            )

    def _close(self, run_id: str, run: TrackedRun) -> None:
        if run.status != "running":
            self._server.client.set_terminated(
                run_id, status=run.status.upper(), end_time=milliseconds(run.finished_at)
            )

    @contextmanager
    def _failed_if_torn(self, run_id: str) -> Iterator[None]:
        try:
            yield
        except BaseException:
            # The error is raised, even if a broken server keeps the run open.
            with suppress(Exception):
                self._server.client.set_terminated(run_id, status="FAILED")
            raise

    def _upload(self, run_id: str, artifacts: Mapping[str, bytes]) -> None:
        if not artifacts:
            return
        with tempfile.TemporaryDirectory() as folder:
            for name, content in artifacts.items():
                file = Path(folder) / name
                _require_inside(file, Path(folder))
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            self._server.client.log_artifacts(run_id, folder)


def _chunks(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _require_inside(file: Path, folder: Path) -> None:
    if not file.resolve().is_relative_to(folder.resolve()):
        message = f"{file} lies outside the files of the run"
        raise ValueError(message)
