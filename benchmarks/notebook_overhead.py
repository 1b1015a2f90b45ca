"""Notebook overhead: what running a stage as a notebook costs beyond calling its function.

Floors, in the same run: papermill by itself on the same empty notebook; and, for the stage, a
fresh Python that makes the same imports and the same call.
"""

import logging
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import nbformat

from foundation.hidden_modules import hide_modules
from pipeline.notebooks.notebook_runner import UNNEEDED, NotebookRun, run_notebook

REPEATS = 5
ALLOWED_SECONDS = 2.0
IMPORTS = "import polars as pl\nfrom pipeline.session import open_session"
CALL = "pl.int_range(5_000_000, eager=True).shuffle(seed=1).sort().sum()"


def main() -> None:
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        empty = written(Path(folder) / "empty.ipynb", [])
        stage = written(Path(folder) / "stage.ipynb", [IMPORTS, CALL])
        ours_first = seconds_of(lambda: run_notebook(NotebookRun(empty, {"count": 2})))
        bare, ours = alternated(
            lambda: bare_papermill(empty), lambda: run_notebook(NotebookRun(empty, {"count": 2}))
        )
        function, notebook = alternated(
            lambda: subprocess.run([sys.executable, "-c", f"{IMPORTS}\n{CALL}"], check=True),
            lambda: run_notebook(NotebookRun(stage, {"count": 2})),
        )
    print(f"  empty notebook, papermill by itself      {bare:6.2f} s   (floor)")
    print(f"  empty notebook, our runner               {ours:6.2f} s   ({ours - bare:+.2f} s)")
    print(f"    the first in a process, imports too    {ours_first:6.2f} s")
    print(f"  a stage's imports and call in Python     {function:6.2f} s   (floor)")
    print(f"  the same as a notebook, our runner       {notebook:6.2f} s")
    beyond = notebook - function
    verdict = "ok" if beyond <= ALLOWED_SECONDS else "TOO SLOW"
    print(
        f"  cost beyond calling the function         {beyond:6.2f} s   "
        f"(allowed {ALLOWED_SECONDS:.1f} s: {verdict})"
    )


def written(path: Path, code: list[str]) -> Path:
    v4 = nbformat.v4
    cells = [v4.new_code_cell("count = 1", metadata={"tags": ["parameters"]})]
    cells += [v4.new_code_cell(source) for source in code]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


def bare_papermill(notebook: Path) -> None:
    with hide_modules(*UNNEEDED):
        import papermill
    papermill.execute_notebook(
        str(notebook), str(notebook.with_suffix(".out.ipynb")), {"count": 2}, progress_bar=False
    )


def alternated(floor: Any, ours: Any) -> tuple[float, float]:
    """Median seconds of both; taken in turns, so that a busy machine disturbs both alike."""
    turns = [(seconds_of(floor), seconds_of(ours)) for _ in range(REPEATS)]
    return median(turn[0] for turn in turns), median(turn[1] for turn in turns)


def seconds_of(action: Any) -> float:
    began = perf_counter()
    action()
    return perf_counter() - began


if __name__ == "__main__":
    main()
