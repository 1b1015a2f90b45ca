"""Events: what happens while a pipeline runs, told to whoever watches."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Status = Literal["pending", "running", "completed", "failed", "interrupted"]


@dataclass(frozen=True)
class NotebookStarted:
    pass


@dataclass(frozen=True)
class KernelStarted:
    seconds: float


@dataclass(frozen=True)
class CellStarted:
    number: int
    total: int
    title: str


@dataclass(frozen=True)
class CellFinished:
    number: int
    total: int
    title: str
    status: Status
    seconds: float


@dataclass(frozen=True)
class ExecutionStarted:
    execution_id: str
    pipeline: str
    is_resumed: bool


@dataclass(frozen=True)
class FreezeFound:
    """Promotions and training are stopped; this pipeline runs all the same."""

    freeze: str


@dataclass(frozen=True)
class StageStarted:
    stage: str
    number: int
    total: int
    attempt: int


@dataclass(frozen=True)
class StageSkipped:
    """The stage had finished before; its output stands."""

    stage: str
    number: int
    total: int


@dataclass(frozen=True)
class StageFinished:
    """`warning` says what went wrong in the notebook after the stage had finished its work."""

    stage: str
    number: int
    total: int
    seconds: float
    memory_peak_mb: float | None
    warning: str | None = None


@dataclass(frozen=True)
class StageRetried:
    stage: str
    attempt: int
    reason: str
    wait_seconds: float


NotebookEvent = NotebookStarted | KernelStarted | CellStarted | CellFinished
ExecutionEvent = ExecutionStarted | FreezeFound
StageEvent = StageStarted | StageSkipped | StageFinished | StageRetried
Event = NotebookEvent | ExecutionEvent | StageEvent
OnEvent = Callable[[Event], None]
