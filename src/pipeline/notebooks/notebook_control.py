"""Notebook control: state shared by the thread that runs a notebook and the one that watches."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any

from pipeline.notebooks.events import NotebookEvent
from pipeline.notebooks.run_record import CellRecord


@dataclass
class Control:
    """Shared state: first the inputs of the running thread, then its results."""

    workspace: Path
    directory: Path
    environment: Mapping[str, str]
    cells: list[CellRecord]
    on_event: Callable[[NotebookEvent], None]
    attach: Callable[["Popen[bytes]"], None]
    is_stopping: Callable[[], bool]

    notebook: Any = None  # as executed so far
    is_complete: bool = False
    has_died: bool = False  # the kernel, by itself or killed
    error: tuple[str, str] | None = None  # name and message of what a cell raised

    @property
    def kernel_log(self) -> Path:
        """The file with stdout and stderr of the kernel process."""
        return self.workspace / "kernel.log"
