"""Events: what a running pipeline reports to its `on_event` callback."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Status = Literal["pending", "running", "completed", "failed", "interrupted"]


@dataclass(frozen=True)
class NotebookStarted:
    """An attempt to run a notebook began; no cell has run."""


@dataclass(frozen=True)
class KernelStarted:
    """The kernel is ready, after `seconds`."""

    seconds: float


@dataclass(frozen=True)
class CellStarted:
    """A code cell began to run."""

    number: int
    total: int
    title: str


@dataclass(frozen=True)
class CellFinished:
    """A code cell ended, well or badly."""

    number: int
    total: int
    title: str
    status: Status
    seconds: float


@dataclass(frozen=True)
class ExecutionStarted:
    """An execution was begun or resumed."""

    execution_id: str
    pipeline: str
    is_resumed: bool
    data: str = ""  # the data set that it works on, where it works on one


@dataclass(frozen=True)
class FreezeFound:
    """Production is frozen, which stops promotions and training but not this pipeline."""

    freeze: str


@dataclass(frozen=True)
class StageStarted:
    """An attempt at a stage began."""

    stage: str
    number: int
    total: int
    attempt: int


@dataclass(frozen=True)
class StageSkipped:
    """A stage was skipped: it had finished before, and its output stands."""

    stage: str
    number: int
    total: int


@dataclass(frozen=True)
class StageFinished:
    """A stage finished; `warning` tells of a notebook that failed after its stage had finished."""

    stage: str
    number: int
    total: int
    seconds: float
    memory_peak_mb: float | None
    warning: str | None = None


@dataclass(frozen=True)
class StageRetried:
    """An attempt failed; the next begins after `wait_seconds`."""

    stage: str
    attempt: int
    reason: str
    wait_seconds: float


NotebookEvent = NotebookStarted | KernelStarted | CellStarted | CellFinished
ExecutionEvent = ExecutionStarted | FreezeFound
StageEvent = StageStarted | StageSkipped | StageFinished | StageRetried
Event = NotebookEvent | ExecutionEvent | StageEvent
OnEvent = Callable[[Event], None]
