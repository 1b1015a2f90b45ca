"""Tracking reader: runs of MLflow, their children and their files."""

import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from foundation.errors import NotFound
from foundation.settings import Settings
from foundation.tracking.runs import NEWEST_FIRST, FoundRun, RunStatus
from foundation.tracking.server import PARENT, TrackingServer

PAGE = 1000  # runs a request
OLDEST_FIRST = "attributes.start_time ASC"
EVERYTHING = 1_000_000
STATUS: dict[str, RunStatus] = {
    "RUNNING": "running", "SCHEDULED": "running", "FINISHED": "finished", "FAILED": "failed",
    "KILLED": "failed",
}  # fmt: skip
NOT_THERE = (
    "RESOURCE_DOES_NOT_EXIST",
    "INVALID_PARAMETER_VALUE",
)  # the latter: not the form of an id


class MlflowReader:
    """The part of MlflowTracking that only reads."""

    def __init__(self, settings: Settings) -> None:
        self._server = TrackingServer(settings)

    def find(
        self,
        experiments: Sequence[str] | None,
        filter: str = "",
        *,
        limit: int = 1000,
        order_by: str = NEWEST_FIRST,
    ) -> list[FoundRun]:
        with self._server.errors(f"Searching for runs ({filter or 'any'})"):
            names = _experiment_names(self._server.client, experiments)
            return _search(self._server.client, names, filter, limit=limit, order_by=order_by)

    def run(self, run_id: str) -> FoundRun:
        with self._server.errors(f"Looking for run {run_id}"):
            run = existing_run(self._server.client, run_id)
            return _found_run(run, self._server.client.get_experiment(run.info.experiment_id).name)

    def children(self, parent_run_id: str) -> list[FoundRun]:
        with self._server.errors(f"Looking below run {parent_run_id}"):
            client = self._server.client
            experiment_id = existing_run(client, parent_run_id).info.experiment_id
            names = {experiment_id: client.get_experiment(experiment_id).name}
            below = f"tags.`{PARENT}` = '{parent_run_id}'"
            return _search(client, names, below, limit=EVERYTHING, order_by=OLDEST_FIRST)

    def artifact_names(self, run_id: str) -> list[str]:
        with self._server.errors(f"Listing the files of run {run_id}"):
            existing_run(self._server.client, run_id)
            return sorted(_files_below(self._server.client, run_id, None))

    def read_artifact(self, run_id: str, path: str) -> bytes:
        with self._server.errors(f"Reading {path} of run {run_id}"):
            client = self._server.client
            existing_run(client, run_id)
            if path not in _files_below(client, run_id, str(Path(path).parent)):
                message = f"Run {run_id} in {self._server.uri} has no file {path}."
                raise NotFound(message)
            with tempfile.TemporaryDirectory() as folder:
                return Path(client.download_artifacts(run_id, path, folder)).read_bytes()


def existing_run(client: Any, run_id: str) -> Any:
    """Return the run as an entity of MLflow; NotFound when it is missing or was deleted."""
    from mlflow.exceptions import MlflowException

    try:
        run = client.get_run(run_id)
    except MlflowException as error:
        if error.error_code not in NOT_THERE:
            raise
        run = None
    if run is None or run.info.lifecycle_stage != "active":
        message = f"There is no run {run_id} on the tracking server. `ceap runs` lists them."
        raise NotFound(message)
    return run


def _experiment_names(client: Any, experiments: Sequence[str] | None) -> dict[str, str]:
    """Return the names, by id, of those of the experiments that exist."""
    if experiments is None:
        found = client.search_experiments(max_results=EVERYTHING // PAGE)
    else:
        found = filter(None, map(client.get_experiment_by_name, experiments))
    return {each.experiment_id: each.name for each in found}


def _search(
    client: Any, names: Mapping[str, str], filter: str, *, limit: int, order_by: str
) -> list[FoundRun]:
    runs: list[FoundRun] = []
    token = None
    while names and len(runs) < limit:
        page = client.search_runs(
            list(names),
            filter,
            max_results=min(PAGE, limit - len(runs)),
            order_by=[order_by],
            page_token=token,
        )
        runs += [_found_run(run, names[run.info.experiment_id]) for run in page]
        token = page.token
        if not token:
            break
    return runs


def _found_run(run: Any, experiment: str) -> FoundRun:
    ended, tags = run.info.end_time, run.data.tags
    return FoundRun(
        run_id=run.info.run_id,
        experiment=experiment,
        name=run.info.run_name or "",
        status=STATUS[run.info.status],
        parent_run_id=tags.get(PARENT),
        started_at=_moment(run.info.start_time),
        finished_at=_moment(ended) if ended else None,
        params=run.data.params,
        tags={name: value for name, value in tags.items() if not name.startswith("mlflow.")},
        metrics=run.data.metrics,
    )


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)


def _files_below(client: Any, run_id: str, folder: str | None) -> list[str]:
    """Return every file in a folder of the run, subfolders included."""
    found: list[str] = []
    for each in client.list_artifacts(run_id, None if folder == "." else folder):
        found += _files_below(client, run_id, each.path) if each.is_dir else [each.path]
    return found
