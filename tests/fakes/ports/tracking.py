"""A tracking server in memory, which can be down."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from foundation.errors import NotFound, Unavailable
from foundation.tracking.runs import NEWEST_FIRST, FoundRun, TrackedRun

COMPARISON = re.compile(
    r"(\w+)\.(`[^`]+`|[\w.]+) *(!=|<=|>=|=|<|>|LIKE) *('[^']*'|\"[^\"]*\"|-?[\d.]+)"
)
NULL = re.compile(r"(\w+)\.(`[^`]+`|[\w.]+) IS( NOT)? NULL")
OPERATORS = {
    "=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
    "LIKE": lambda value, start: value.startswith(start.removesuffix("%")),
}  # fmt: skip


class FakeTracking:
    """MLflow in a dictionary; of its filters it knows comparisons and NULL, joined by `and`."""

    def __init__(self, *, down: bool = False) -> None:
        self.down = down
        self.runs: dict[str, TrackedRun] = {}
        self.artifacts: dict[str, dict[str, bytes]] = {}

    def log(self, run: TrackedRun, artifacts: Mapping[str, bytes]) -> str:
        self._answer()
        run_id = f"run-{len(self.runs) + 1}"
        self.runs[run_id], self.artifacts[run_id] = run, dict(artifacts)
        return run_id

    def log_many(self, runs: Sequence[TrackedRun]) -> list[str]:
        self._answer()
        return [FakeTracking.log(self, run, {}) for run in runs]

    def begin(self, run: TrackedRun) -> str:
        begun = {"status": "running", "metrics": {}, "curves": {}}
        return FakeTracking.log(self, run.model_copy(update=begun), {})

    def finish(self, run_id: str, run: TrackedRun, artifacts: Mapping[str, bytes]) -> None:
        self._answer()
        before = self._existing(run_id)
        whole = {
            "params": run.params | before.params,
            "tags": before.tags | run.tags,
            "metrics": before.metrics | run.metrics,
            "curves": before.curves | run.curves,
            "name": before.name,
            "parent_run_id": run.parent_run_id or before.parent_run_id,
            "status": before.status if run.status == "running" else run.status,
        }
        self.runs[run_id] = run.model_copy(update=whole)
        self.artifacts[run_id].update(artifacts)

    def add(
        self, run_id: str, metrics: Mapping[str, float], artifacts: Mapping[str, bytes]
    ) -> None:
        self._answer()
        if run_id not in self.runs:
            message = f"Adding to run {run_id} failed: there is no such run."
            raise Unavailable(message)
        run = self.runs[run_id]
        self.runs[run_id] = run.model_copy(update={"metrics": {**run.metrics, **metrics}})
        self.artifacts[run_id].update(artifacts)

    def find(
        self,
        experiments: Sequence[str] | None,
        filter: str = "",
        *,
        limit: int = 1000,
        order_by: str = NEWEST_FIRST,
    ) -> list[FoundRun]:
        self._answer()
        runs = [self._found(run_id) for run_id in self.runs]
        fitting = [
            run
            for run in runs
            if (experiments is None or run.experiment in experiments) and _fits(run, filter)
        ]
        return _ordered(fitting, order_by)[:limit]

    def run(self, run_id: str) -> FoundRun:
        self._answer()
        self._existing(run_id)
        return self._found(run_id)

    def children(self, parent_run_id: str) -> list[FoundRun]:
        self._answer()
        self._existing(parent_run_id)
        runs = [self._found(run_id) for run_id in self.runs]
        below = [run for run in runs if run.parent_run_id == parent_run_id]
        return sorted(below, key=lambda run: run.started_at)

    def artifact_names(self, run_id: str) -> list[str]:
        self._answer()
        self._existing(run_id)
        return sorted(self.artifacts[run_id])

    def read_artifact(self, run_id: str, path: str) -> bytes:
        self._answer()
        self._existing(run_id)
        if path not in self.artifacts[run_id]:
            message = f"Run {run_id} has no file {path}."
            raise NotFound(message)
        return self.artifacts[run_id][path]

    def _existing(self, run_id: str) -> TrackedRun:
        if run_id not in self.runs:
            message = f"There is no run {run_id} on the tracking server."
            raise NotFound(message)
        return self.runs[run_id]

    def _found(self, run_id: str) -> FoundRun:
        run = self.runs[run_id]
        curves = {name: values[-1] for name, values in run.curves.items() if values}
        return FoundRun(
            run_id=run_id,
            **run.model_dump(exclude={"curves", "metrics", "finished_at"}),
            finished_at=None if run.status == "running" else run.finished_at,
            metrics=run.metrics | curves,
        )

    def _answer(self) -> None:
        if self.down:
            message = "Recording a run failed: the tracking server was told to be down."
            raise Unavailable(message)


def _fits(run: FoundRun, filter: str) -> bool:
    return all(_holds(run, part) for part in re.split(r" and ", filter, flags=re.I) if part.strip())


def _holds(run: FoundRun, part: str) -> bool:
    if null := NULL.fullmatch(part.strip()):
        kind, name, negated = null.groups()
        return (_value(run, kind, name) is None) != bool(negated)
    comparison = COMPARISON.fullmatch(part.strip())
    if comparison is None:
        message = f"Searching for runs failed: {part!r} is not a filter."
        raise Unavailable(message)
    kind, name, operator, wanted = comparison.groups()
    value = _value(run, kind, name)
    other = wanted[1:-1] if wanted[0] in "'\"" else float(wanted)
    return value is not None and bool(OPERATORS[operator](value, other))


def _value(run: FoundRun, kind: str, name: str) -> Any:
    name = name.strip("`")
    if kind != "attributes":
        every = {"mlflow.parentRunId": run.parent_run_id} if kind == "tags" else {}
        return (every | getattr(run, kind)).get(name)
    renamed = {"run_name": "name", "start_time": "started_at", "end_time": "finished_at"}
    value = getattr(run, renamed.get(name, name))
    if name == "status":
        return value.upper()
    return value.timestamp() * 1000 if isinstance(value, datetime) else value


def _ordered(runs: list[FoundRun], order_by: str) -> list[FoundRun]:
    """As MLflow does: what has no value comes last, and of equals the newest first."""
    key, direction = order_by.rsplit(" ", 1)
    kind, name = key.split(".", 1)
    newest = sorted(runs, key=lambda run: run.started_at, reverse=True)
    without = [run for run in newest if _value(run, kind, name) is None]
    having = [run for run in newest if _value(run, kind, name) is not None]
    having.sort(key=lambda run: _value(run, kind, name), reverse=direction.upper() == "DESC")
    return having + without
