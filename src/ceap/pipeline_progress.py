"""Pipeline progress: events of a running pipeline, live on a terminal, line by line elsewhere."""

from collections.abc import Callable
from time import monotonic
from types import TracebackType
from typing import Any, Self

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from pipeline.notebooks.events import (
    CellFinished,
    CellStarted,
    Event,
    ExecutionStarted,
    FreezeFound,
    StageFinished,
    StageRetried,
    StageSkipped,
    StageStarted,
)


class PipelineProgress:
    """Prints events.

    Each finished cell and stage leaves a line. On a terminal, a last line shows what runs and for
    how long.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._stage, self._cell = "", ""
        self._stage_began = self._cell_began = monotonic()
        self._live = Live(
            console=console, get_renderable=self._now, refresh_per_second=4, transient=True
        )
        self._handlers: dict[type[Any], Callable[[Any], None]] = {
            ExecutionStarted: self._execution_started,
            FreezeFound: self._freeze_found,
            StageStarted: self._stage_started,
            StageSkipped: self._stage_skipped,
            StageRetried: self._stage_retried,
            StageFinished: self._stage_finished,
            CellStarted: self._cell_started,
            CellFinished: self._cell_finished,
        }

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stage = ""
        self._live.stop()

    def __call__(self, event: Event) -> None:
        if handle := self._handlers.get(type(event)):
            handle(event)

    def _now(self) -> Group | Text:
        if not self._stage:
            return Text("")
        elapsed, running = monotonic() - self._stage_began, monotonic() - self._cell_began
        line = Text.assemble(
            (self._stage, "bold"), "  ", (duration(elapsed), "dim"), "   ", self._cell, "  ",
            (duration(running), "dim"),
        )  # fmt: skip
        return Group(Spinner("dots", text=line))

    def _execution_started(self, event: ExecutionStarted) -> None:
        verb, on = "Resuming" if event.is_resumed else "Running", event.data and f" on {event.data}"
        self._print(f"{verb} {event.pipeline}{on}: execution ", (event.execution_id, "bold"))

    def _freeze_found(self, event: FreezeFound) -> None:
        self._print("Production is ", (event.freeze, "yellow"), "; this runs all the same")

    def _stage_started(self, event: StageStarted) -> None:
        self._stage = f"stage {event.number}/{event.total} {event.stage}"
        self._stage_began = self._cell_began = monotonic()
        self._cell = "starting its kernel"
        attempt = f", attempt {event.attempt}" if event.attempt > 1 else ""
        self._print(f"{event.number}/{event.total} ", (event.stage, "bold"), attempt)

    def _stage_skipped(self, event: StageSkipped) -> None:
        name = (event.stage, "bold")
        self._print(f"{event.number}/{event.total} ", name, "  finished earlier, not run again")

    def _stage_retried(self, event: StageRetried) -> None:
        self._stage = ""
        wait = f"; attempt {event.attempt} in {event.wait_seconds:g} s"
        self._print("    ", (event.reason, "yellow"), wait)

    def _stage_finished(self, event: StageFinished) -> None:
        self._stage = ""
        peak = f", peak memory {event.memory_peak_mb:.0f} MB" if event.memory_peak_mb else ""
        done = f" finished in {duration(event.seconds)}{peak}"
        self._print(f"{event.number}/{event.total} ", (event.stage, "bold"), (done, "green"))
        if event.warning:
            self._print("    ", (event.warning, "yellow"))

    def _cell_started(self, event: CellStarted) -> None:
        self._cell = f"cell {event.number}/{event.total} {event.title}"
        self._cell_began = monotonic()

    def _cell_finished(self, event: CellFinished) -> None:
        mark = ("✓", "green") if event.status == "completed" else ("✗", "bold red")
        number = f" {event.number}/{event.total}  "
        self._print("    ", mark, number, f"{event.title:<60}", f"{duration(event.seconds):>9}")

    def _print(self, *parts: str | tuple[str, str]) -> None:
        self._console.print(Text.assemble(*parts), soft_wrap=True, highlight=False)


def duration(seconds: float) -> str:
    """Format seconds: 0.4 s, 12 s, 3:05, 1:02:03."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
