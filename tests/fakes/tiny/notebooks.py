"""Notebooks of a few cells, run for real, and what there is to say about how they ran."""

from pathlib import Path
from typing import Any

import nbformat

from fakes.tiny.project import write_notebook
from pipeline.notebooks.notebook_runner import (
    ExecutedNotebook,
    NotebookRun,
    OnNotebookEvent,
    run_notebook,
)

PARAMETERS = "count = 1\nname = 'x'"


def run_cells(
    folder: Path,
    *cells: str,
    on_event: OnNotebookEvent | None = None,
    parameters: dict[str, Any] | None = None,
    **more: Any,
) -> ExecutedNotebook:
    """Run a notebook of the given cells, after its title and parameters."""
    notebook = write_notebook(folder, ["# Title", PARAMETERS, *cells])
    asked = NotebookRun(notebook, parameters or {}, **more)
    return run_notebook(asked, on_event) if on_event else run_notebook(asked)


def statuses(executed: ExecutedNotebook) -> list[str]:
    return [cell.status for cell in executed.record.cells]


def opened(executed: ExecutedNotebook) -> Any:
    notebook = nbformat.reads(text_of(executed), as_version=4)
    nbformat.validate(notebook)
    return notebook


def papermill_statuses(executed: ExecutedNotebook) -> list[str]:
    cells = [cell for cell in opened(executed).cells if cell.cell_type == "code"]
    return [cell.metadata.papermill["status"] for cell in cells]


def text_of(executed: ExecutedNotebook) -> str:
    return executed.content.decode()
