"""Executed notebook: the notebook with its outputs, marked with how it ended."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.notebooks.redaction import redacted
from pipeline.notebooks.run_record import Failure, RunRecord

LOG_LINES = 40
# Papermill removes the cells that bear it, should it ever run this notebook again.
ERROR_MARKER = "papermill-error-cell-tag"


def executed_notebook(
    notebook: Any, record: RunRecord, kernel_log: Path, secrets: Sequence[str]
) -> bytes:
    """Return the notebook as .ipynb, with the cell statuses of the record and without secrets."""
    from papermill.execute import remove_error_markers

    notebook = remove_error_markers(notebook)
    by_id = {cell.get("id"): cell for cell in notebook.cells}
    for cell in record.cells:
        if cell.id in by_id:
            by_id[cell.id].metadata.papermill["status"] = cell.status
    notebook.metadata.papermill["input_path"] = record.notebook
    del notebook.metadata.papermill["output_path"]
    if record.failure:
        notebook.metadata.papermill["exception"] = True
        _mark(notebook, record, record.failure, kernel_log)
    return _written(redacted(notebook, secrets))


def _mark(notebook: Any, record: RunRecord, failure: Failure, kernel_log: Path) -> None:
    """Insert the failure at the top, and at the cell where it happened."""
    failed = next((c for c in record.cells if c.number == failure.cell), None)
    if failed:
        index = next(i for i, cell in enumerate(notebook.cells) if cell.get("id") == failed.id)
        _explain(notebook.cells[index], failure, kernel_log)
        anchor = '<span id="papermill-error-cell" style="color:red">It stopped here:</span>'
        notebook.cells.insert(index, _marker(anchor))
    link = f" in [In [{failure.cell}]](#papermill-error-cell)" if failed else ""
    banner = (
        f'<span style="color:red; font-size:1.5em">This notebook {record.status}{link}.</span>\n\n'
        f"**{failure.error}**: {failure.message}"
    )
    notebook.cells.insert(0, _marker(banner))


def _explain(cell: Any, failure: Failure, kernel_log: Path) -> None:
    """Add the error output that a dead kernel could not send to its cell."""
    if any(output["output_type"] == "error" for output in cell.outputs):
        return
    log = kernel_log.read_text(errors="replace").splitlines() if kernel_log.exists() else []
    cell.outputs.append(
        {
            "output_type": "error",
            "ename": failure.error,
            "evalue": failure.message,
            "traceback": [f"{failure.error}: {failure.message}", *log[-LOG_LINES:]],
        }
    )


def _marker(text: str) -> Any:
    from nbformat import v4

    v4_cells: Any = v4  # half typed
    return v4_cells.new_markdown_cell(text, metadata={"tags": [ERROR_MARKER]})


def _written(notebook: dict[str, Any]) -> bytes:
    import nbformat

    half_typed: Any = nbformat
    text: str = half_typed.writes(half_typed.from_dict(notebook))
    return text.encode()
