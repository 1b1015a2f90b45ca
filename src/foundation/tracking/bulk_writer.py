"""Bulk writer: many runs in one transaction, with the rows of MLflow's SQLite store.

MLflow writes a run in six transactions, and each waits for the disk: 20 to 90 ms a run. MLflow has
no request for many runs, so the rows are written here;
`tests/foundation/tracking/test_bulk_writer.py` compares them with the rows that MLflow writes for
the same runs.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from foundation.tracking.runs import TrackedRun
from foundation.tracking.server import metric_points, milliseconds, mlflow_tags

KNOWN = (
    "3.17."  # the MLflow version of these tables; with another version, runs are written one by one
)

Rows = dict[str, list[dict[str, Any]]]


def supported_store(client: Any) -> Any | None:
    """Return the store behind an MLflow client if its tables are known here, else None."""
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore
    from mlflow.version import VERSION

    store = getattr(getattr(client, "_tracking_client", None), "store", None)
    return store if VERSION.startswith(KNOWN) and type(store) is SqlAlchemyStore else None


def write_runs(store: Any, runs: Sequence[TrackedRun], experiments: Mapping[str, str]) -> list[str]:
    """Write all of the runs or none, and return their ids. `experiments` has ids by name."""
    from mlflow.store.tracking.dbmodels import models
    from sqlalchemy import insert

    active = {name: _active_experiment(store, number) for name, number in experiments.items()}
    run_ids = [uuid.uuid4().hex for _ in runs]
    rows_by_run = [
        _rows_of(store, run_id, run, active[run.experiment])
        for run_id, run in zip(run_ids, runs, strict=True)
    ]
    with store.ManagedSessionMaker(read_only=False) as session:
        for table in (models.SqlRun, models.SqlTag, models.SqlParam, models.SqlMetric,
                      models.SqlLatestMetric):  # fmt: skip
            if rows := [row for each in rows_by_run for row in each[table.__tablename__]]:
                session.execute(insert(table.__table__), rows)
    return run_ids


def _active_experiment(store: Any, experiment_id: str) -> Any:
    experiment = store.get_experiment(experiment_id)
    store._check_experiment_is_active(experiment)
    return experiment


def _rows_of(store: Any, run_id: str, run: TrackedRun, experiment: Any) -> Rows:
    params, tags = _checked(run)
    points = _points(store, run)
    below = {
        "tags": [{"key": name, "value": value} for name, value in tags.items()],
        "params": [{"key": name, "value": value} for name, value in params.items()],
        "metrics": points,
        "latest_metrics": _latest(points),
    }
    of_run = {table: [{"run_uuid": run_id, **row} for row in rows] for table, rows in below.items()}
    return {"runs": [_run_row(run_id, run, experiment)], **of_run}


def _run_row(run_id: str, run: TrackedRun, experiment: Any) -> dict[str, Any]:
    from mlflow.utils import uri

    of_mlflow: Any = uri  # without types
    artifact_uri = of_mlflow.append_to_uri_path(experiment.artifact_location, run_id, "artifacts")
    ended = None if run.status == "running" else milliseconds(run.finished_at)
    return {
        "run_uuid": run_id,
        "name": run.name,
        "source_type": "UNKNOWN",
        "source_name": "",
        "entry_point_name": "",
        "user_id": "unknown",
        "status": run.status.upper(),
        "start_time": milliseconds(run.started_at),
        "end_time": ended,
        "deleted_time": None,
        "source_version": "",
        "lifecycle_stage": "active",
        "artifact_uri": artifact_uri,
        "experiment_id": int(experiment.experiment_id),
    }


def _checked(run: TrackedRun) -> tuple[dict[str, str], dict[str, str]]:
    """Return parameters and tags as MLflow accepts them: names checked, long values cut."""
    from mlflow.entities import Metric, Param, RunTag
    from mlflow.utils import validation

    of_mlflow: Any = validation  # without types
    tags = {"mlflow.runName": run.name, **mlflow_tags(run)}
    _, params, checked_tags = of_mlflow._validate_batch_log_data(
        [Metric(*point) for point in metric_points(run)],
        [Param(*each) for each in run.params.items()],
        [RunTag(*each) for each in tags.items()],
    )
    return {each.key: each.value for each in params}, {t.key: t.value for t in checked_tags}


def _points(store: Any, run: TrackedRun) -> list[dict[str, Any]]:
    """Return rows of distinct metric values; NaN and infinities, which SQL lacks, are replaced."""
    points = {}
    for point in metric_points(run):
        is_nan, value = store.sanitize_metric_value(point.value)
        row = {**point._asdict(), "value": value, "is_nan": is_nan}
        points[tuple(row.values())] = row
    return list(points.values())


def _latest(points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the value of the last step of each metric."""
    last: dict[str, dict[str, Any]] = {}
    for point in sorted(points, key=lambda each: (each["step"], each["timestamp"], each["value"])):
        last[point["key"]] = point
    return list(last.values())
