"""Notebook runner: runs one notebook through papermill, and records what really happened."""

import os
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from foundation.hidden_modules import hide_modules
from foundation.progress import ignore_progress
from foundation.settings import project_root
from pipeline.notebooks.events import NotebookEvent, NotebookStarted
from pipeline.notebooks.kernel_watch import KernelWatch, Limits
from pipeline.notebooks.notebook_control import Control
from pipeline.notebooks.notebook_failure import failure_of
from pipeline.notebooks.notebook_source import check_parameters
from pipeline.notebooks.redaction import redacted, secrets_of
from pipeline.notebooks.run_record import RunRecord, new_record, with_end, with_event

TICK_SECONDS = 0.1
# Papermill's dependencies load these where installed. The first compiles a grammar for two seconds,
# to check a kind of address that notebooks do not contain. A test fails once they no longer do.
UNNEEDED = "rfc3987_syntax", "pyarrow"

OnNotebookEvent = Callable[[NotebookEvent, RunRecord], None]


@dataclass(frozen=True)
class NotebookRun:
    """One attempt to run `source` with `parameters`; `environment` is added to this process's."""

    source: Path
    parameters: Mapping[str, Any]
    limits: Limits = field(default_factory=Limits)
    environment: Mapping[str, str] = field(default_factory=dict)
    attempt: int = 1


@dataclass(frozen=True)
class ExecutedNotebook:
    """The record of an attempt, and the notebook with its outputs."""

    record: RunRecord
    content: bytes  # .ipynb, with its outputs


@dataclass(frozen=True)
class Ended:
    """Papermill has ended; `crash` is an error of papermill itself, not of the notebook."""

    crash: BaseException | None = None


News = SimpleQueue[NotebookEvent | Ended]


def run_notebook(run: NotebookRun, on_event: OnNotebookEvent = ignore_progress) -> ExecutedNotebook:
    """Run a notebook, and return its record and its outputs, whether it completed or not.

    Raises InvalidParams before a kernel starts for a parameter that the notebook does not declare
    or that is of another type than its default. An error inside the notebook, a kernel that is
    killed, the limits and Ctrl-C are recorded, not raised. `on_event` is called in the calling
    thread, with the record so far; an error that it raises ends the notebook.
    """
    check_parameters(run.source, run.parameters)
    environment = {**os.environ, **run.environment}
    secrets = secrets_of(environment)
    watch, news = KernelWatch(run.limits), News()
    record = _redacted(new_record(run.source, run.parameters, run.attempt), secrets)
    with tempfile.TemporaryDirectory(prefix="ceap-") as workspace:
        control = Control(
            workspace=Path(workspace),
            directory=project_root(),
            environment=environment,
            cells=record.cells,
            on_event=news.put,
            attach=watch.attach,
            is_stopping=lambda: watch.stopped_for is not None,
        )
        worker = threading.Thread(target=_work, args=(run, control, news), daemon=True)
        news.put(NotebookStarted())
        worker.start()
        try:
            record, crash = _follow(news, watch, record, on_event)
        except BaseException:
            watch.kill()
            worker.join()
            raise
        worker.join()
        record = with_end(record, failure_of(record, control, watch, crash), watch.memory_peak_mb)
        record = _redacted(record, secrets)
        return ExecutedNotebook(record, _content(run, record, control, secrets))


def _work(run: NotebookRun, control: Control, news: News) -> None:
    try:
        with hide_modules(*UNNEEDED):
            from pipeline.notebooks.notebook_engine import execute

        execute(run.source, run.parameters, control)
    except BaseException as error:  # the waiting thread records it
        news.put(Ended(error))
    else:
        news.put(Ended())


def _follow(
    news: News, watch: KernelWatch, record: RunRecord, on_event: OnNotebookEvent
) -> tuple[RunRecord, BaseException | None]:
    """Watch until papermill ends. Ctrl-C interrupts the notebook; a second one kills its kernel."""
    while True:
        try:
            watch.poll()
            event = news.get(timeout=TICK_SECONDS)
            if isinstance(event, Ended):
                return record, event.crash
            record = with_event(record, event)
            on_event(event, record)
        except Empty:
            continue
        except KeyboardInterrupt:
            watch.stop("interrupted")


def _content(run: NotebookRun, record: RunRecord, control: Control, secrets: list[str]) -> bytes:
    from pipeline.notebooks.executed_notebook import executed_notebook

    if control.notebook is None:
        return run.source.read_bytes()  # papermill could not even read it
    return executed_notebook(control.notebook, record, control.kernel_log, secrets)


def _redacted(record: RunRecord, secrets: list[str]) -> RunRecord:
    return RunRecord.model_validate(redacted(record.model_dump(), secrets))
