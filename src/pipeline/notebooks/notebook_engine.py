"""Notebook engine: an engine of papermill that reports true cell statuses.

Papermill 2.7 itself rewrites the notebook twice a cell, marks every cell that never ran as
completed once a kernel has died, and finds its kernel by a name that anyone may have registered.
This module is imported only when a notebook runs: it imports papermill and Jupyter.
"""

import asyncio
import logging
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import papermill.execute
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellExecutionError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines

from pipeline.notebooks.events import CellFinished, CellStarted, KernelStarted, Status
from pipeline.notebooks.notebook_control import Control
from pipeline.notebooks.notebook_source import INJECTED
from pipeline.notebooks.run_record import CellRecord

NAME = "ceap"
# At its end an ipykernel 7.4 may wait for a thread that has ended already: 10 s, by default, for
# each of stdout and stderr. All they held has arrived by then. A test says when it no longer does.
QUICK_END = "__import__('ipykernel.iostream').iostream.OutStream.flush_timeout = 0.2"
LEFT_EARLY = {"", "0", "None"}  # sys.exit() of these values ends a notebook well
SILENT = logging.getLogger("pipeline.notebooks.notebook_engine")


def execute(source: Path, parameters: Mapping[str, Any], control: Control) -> None:
    """Run the notebook through papermill; the results are in `control` and its events."""
    SILENT.setLevel(logging.CRITICAL + 1)  # what it would log is in the record
    try:
        papermill.execute.execute_notebook(
            str(source).replace("{", "{{").replace("}", "}}"),  # papermill formats its paths
            None,
            dict(parameters),
            engine_name=NAME,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            control=control,
        )
    except papermill.exceptions.PapermillExecutionError:
        return  # a cell failed; `control` holds its error


class TruthfulManager(NotebookExecutionManager):  # type: ignore[misc]  # papermill has no types
    """Papermill's manager, except that cells that never ran stay pending."""

    def notebook_complete(self, **kwargs: Any) -> None:
        """Finish the metadata; cells that never ran stay pending."""
        never_ran = [c for c in self.nb.cells if c.metadata.papermill["status"] == self.PENDING]
        super().notebook_complete(**kwargs)
        for cell in never_ran:
            cell.metadata.papermill["status"] = self.PENDING


class TruthfulEngine(NBClientEngine):  # type: ignore[misc]
    """Papermill's engine with true cell statuses: no cell is completed that never ran."""

    @classmethod
    def execute_notebook(cls, nb: Any, _: str, *, control: Control, **__: Any) -> Any:
        """Run the notebook in a kernel of this Python, and return it with its outputs."""
        manager = TruthfulManager(nb, progress_bar=False, autosave_cell_every=0)
        control.notebook = nb
        manager.notebook_start()
        try:
            NotebookClient(manager, control).execute()
        finally:
            manager.notebook_complete()
        return nb


papermill_engines.register(NAME, TruthfulEngine)


class OwnPython(AsyncKernelManager):
    """Starts kernels with the Python of this process, whatever kernels are registered."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """A kernel of the running interpreter."""
        argv = [sys.executable, "-P", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")


class NotebookClient(PapermillNotebookClient):  # type: ignore[misc]
    """Runs the cells of a notebook, and reports each to `control`."""

    def __init__(self, manager: TruthfulManager, control: Control) -> None:
        kernel = OwnPython(
            kernel_name="python3",
            # Sockets in a private folder: no port that another process could take first.
            transport="ipc" if os.name == "posix" else "tcp",
            connection_file=str(control.workspace / "kernel.json"),
            shutdown_wait_time=20.0,  # for what libraries still send at exit
            log=SILENT,
        )
        super().__init__(
            manager,
            km=kernel,
            kernel_name="python3",
            coalesce_streams=True,
            record_timing=False,
            startup_timeout=24 * 3600,  # the watch holds the start to the time-out too
            iopub_timeout=60,  # much output may lag far behind the end of its cell
            log=SILENT,
        )
        self.control, self.kernel = control, kernel
        self.records = _records_by_index(self.nb.cells, control.cells)

    def execute(self, **_: Any) -> Any:
        """Run the cells until one fails, and return the notebook."""
        asyncio.run(self._execute())
        return self.nb

    async def _execute(self) -> None:
        try:
            if await self._start():
                await self._run_cells()
                self.set_widgets_metadata()
        finally:
            await self._shut_down()

    async def _start(self) -> bool:
        began = time.perf_counter()
        with self.control.kernel_log.open("wb") as log:
            await self.kernel.start_kernel(
                extra_arguments=[
                    # Not the history, the profile and the start-up files of whoever runs this.
                    "--HistoryManager.enabled=False",
                    f"--IPKernelApp.exec_lines={QUICK_END}",
                ],
                env={**self.control.environment, "IPYTHONDIR": str(self.control.workspace)},
                cwd=str(self.control.directory),
                stdout=log,
                stderr=log,
            )
        provisioner: Any = self.kernel.provisioner  # the local one, which holds a process
        self.control.attach(provisioner.process)
        try:
            await self.async_start_new_kernel_client()
        except RuntimeError:
            self.control.has_died = True  # before it was ready
            return False
        self.control.on_event(KernelStarted(time.perf_counter() - began))
        return True

    async def _run_cells(self) -> None:
        info = await self.async_wait_for_reply(self.kc.kernel_info())
        self.nb.metadata["language_info"] = info["content"]["language_info"]
        for index, cell in enumerate(self.nb.cells):
            if self.control.is_stopping():
                return
            self.nb_man.cell_start(cell, index)
            status = await self._run_cell(index, cell)
            self.nb_man.cell_complete(cell, cell_index=index)
            if status == "failed":
                return
            if status is None:
                break
        self.control.is_complete = True

    async def _run_cell(self, index: int, cell: Any) -> Status | None:
        """Run one cell; None when it ended the notebook early, and well."""
        record, total = self.records.get(index), len(self.records)
        if record is None:
            return "completed"  # text
        self.control.on_event(CellStarted(record.number, total, record.title))
        began, status = time.perf_counter(), await self._status_of(index, cell)
        self.control.on_event(
            CellFinished(
                record.number,
                total,
                record.title,
                status or "completed",
                time.perf_counter() - began,
            )
        )
        return status

    async def _status_of(self, index: int, cell: Any) -> Status | None:
        try:
            await self.async_execute_cell(cell, index)
        except CellExecutionError as error:
            if error.ename == "SystemExit" and error.evalue in LEFT_EARLY:
                return None
            self.control.error = (error.ename, error.evalue)
        except DeadKernelError:
            self.control.has_died = True
        else:
            return "completed"
        self.nb_man.cell_exception(cell, cell_index=index)
        return "failed"

    async def _shut_down(self) -> None:
        if self.kc is not None:
            self.kc.stop_channels()
        if await self.kernel.is_alive():
            await self.kernel.request_shutdown()
            await self.kernel.finish_shutdown(pollinterval=0.01)
        await self.kernel.cleanup_resources()


def _records_by_index(cells: list[Any], records: list[CellRecord]) -> dict[int, CellRecord]:
    executed = [i for i, c in enumerate(cells) if c.cell_type == "code" and c.source.strip()]
    by_index = dict(zip(executed, records, strict=True))
    for index, record in by_index.items():
        if record.id == INJECTED or "id" not in cells[index]:
            cells[index]["id"] = record.id
    return by_index
