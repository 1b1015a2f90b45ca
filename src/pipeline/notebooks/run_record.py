"""Run record: the status of a notebook, cell by cell, whatever becomes of its kernel."""

import os
import platform
import socket
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from foundation.digests import digest_of_file
from foundation.record import Record
from foundation.settings import project_root
from foundation.source_version import git_commit
from pipeline.notebooks.events import (
    CellStarted,
    KernelStarted,
    NotebookEvent,
    NotebookStarted,
    Status,
)
from pipeline.notebooks.notebook_source import code_cells

Cause = Literal["error", "signal", "exit", "out_of_memory", "timeout", "interrupted"]


class CellRecord(Record):
    """A code cell; `number` is that of Jupyter's In [number]."""

    number: int
    id: str
    title: str
    status: Status = "pending"
    started_at: datetime | None = None
    ended_at: datetime | None = None
    seconds: float | None = None


class Failure(Record):
    """Why a notebook did not complete; `cell` is None when none was running."""

    cause: Cause
    error: str
    message: str
    cell: int | None = None
    signal: int | None = None

    def __str__(self) -> str:
        where = f"in cell {self.cell}" if self.cell else "outside any cell"
        return f"{CAUSES[self.cause]} {where}: {self.error}: {self.message}"


CAUSES: dict[Cause, str] = {
    "error": "an error",
    "signal": "the kernel was killed",
    "exit": "the kernel ended itself",
    "out_of_memory": "out of memory",
    "timeout": "out of time",
    "interrupted": "interrupted",
}


class RunRecord(Record):
    """One attempt to run a notebook: `record.json`.

    A record of status "running" while no runner holds the execution was left by a runner that was
    killed: its running cell is the last one that is known to have started.
    """

    notebook: str
    notebook_digest: str
    parameters: dict[str, Any]
    attempt: int
    status: Status
    failure: Failure | None = None
    cells: list[CellRecord]
    started_at: datetime
    ended_at: datetime | None = None
    seconds: float | None = None
    kernel_start_seconds: float | None = None
    memory_peak_mb: float | None = None
    python: str
    git_commit: str | None
    host: str
    pid: int

    @property
    def unfinished_cell(self) -> int | None:
        """The number of the cell that was started and did not complete."""
        stopped = (
            cell.number for cell in self.cells if cell.status not in ("pending", "completed")
        )
        return next(stopped, None)

    def abandoned(self) -> "RunRecord":
        """Return the record as interrupted, for a runner that disappeared."""
        message = (
            f"the runner (process {self.pid} on {self.host}) disappeared; when exactly is not known"
        )
        failure = Failure(
            cause="interrupted", error="RunnerGone", message=message, cell=self.unfinished_cell
        )
        record = self
        if failure.cell:
            record = _with_cell(self, failure.cell, status="interrupted")
        return record.model_copy(update={"status": "interrupted", "failure": failure})


def new_record(source: Path, parameters: Mapping[str, Any], attempt: int) -> RunRecord:
    """Return the record of an attempt that starts now, every cell pending."""
    cells = code_cells(source, injects_parameters=bool(parameters))
    return RunRecord(
        notebook=_within_project(source),
        notebook_digest=digest_of_file(source),
        parameters=dict(parameters),
        attempt=attempt,
        status="running",
        cells=[
            CellRecord(number=number, id=cell.id, title=cell.title)
            for number, cell in enumerate(cells, start=1)
        ],
        started_at=datetime.now(UTC),
        python=platform.python_version(),
        git_commit=git_commit(),
        host=socket.gethostname(),
        pid=os.getpid(),
    )


def with_event(record: RunRecord, event: NotebookEvent) -> RunRecord:
    """Return the record with one event applied."""
    if isinstance(event, NotebookStarted):
        return record
    if isinstance(event, KernelStarted):
        return record.model_copy(update={"kernel_start_seconds": round(event.seconds, 3)})
    now = datetime.now(UTC)
    if isinstance(event, CellStarted):
        return _with_cell(record, event.number, status="running", started_at=now)
    seconds = round(event.seconds, 3)
    return _with_cell(record, event.number, status=event.status, ended_at=now, seconds=seconds)


def with_end(
    record: RunRecord, failure: Failure | None, memory_peak_mb: float | None = None
) -> RunRecord:
    """Return the record as ended: completed, or failed by `failure`."""
    now = datetime.now(UTC)
    status: Status = "completed"
    if failure:
        status = "interrupted" if failure.cause == "interrupted" else "failed"
        if failure.cell:
            record = _with_cell(record, failure.cell, status=status)
    return record.model_copy(
        update={
            "status": status,
            "failure": failure,
            "ended_at": now,
            "seconds": round((now - record.started_at).total_seconds(), 3),
            "memory_peak_mb": memory_peak_mb,
        }
    )


def _with_cell(record: RunRecord, number: int, **changes: Any) -> RunRecord:
    cells = [
        cell.model_copy(update=changes) if cell.number == number else cell for cell in record.cells
    ]
    return record.model_copy(update={"cells": cells})


def _within_project(source: Path) -> str:
    root = project_root()
    return str(source.relative_to(root)) if source.is_relative_to(root) else source.name
