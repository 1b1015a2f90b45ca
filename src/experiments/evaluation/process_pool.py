"""Process pool: processes of this machine as the workers of a fit pool, one thread each."""

import os
import pickle
import signal
import tempfile
import threading
from collections.abc import Collection, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np

from experiments.evaluation.fit_pool import FitPool
from experiments.evaluation.fitting import fit_shared
from fraud.data.labelled_rows import LabelledRows

# Numerical libraries read these when they load: more threads than cores only wait for each other.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@contextmanager
def open_fit_pool(rows: LabelledRows, workers: int) -> Iterator[FitPool]:
    """Start `workers` processes that memory-map `rows` from one temporary file."""
    with tempfile.TemporaryDirectory(prefix="ceap-fits-") as folder:
        shared = RowsInFolder.write(rows, Path(folder))
        fit = partial(fit_shared, shared=shared)
        stop = partial(_terminate, but=frozenset(active_children()))
        with (
            _environment(ONE_THREAD),
            closing(FitPool(partial(process_executor, workers), fit, workers, stop)) as pool,
        ):
            try:
                yield pool
            except KeyboardInterrupt:  # a fit may last for minutes
                stop()
                raise


def process_executor(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, get_context("spawn"), _begin)


@dataclass(frozen=True)
class RowsInFolder:
    """Rows in a folder, which each worker reads once."""

    folder: str

    @classmethod
    def write(cls, rows: LabelledRows, folder: Path) -> "RowsInFolder":
        """Write rows for workers on this machine."""
        np.save(folder / "rows.npy", rows.rows)
        outline = replace(rows, rows=np.empty((0, len(rows.columns))), labels=rows.labels[:0])
        (folder / "outline.pickle").write_bytes(pickle.dumps((outline, rows.labels)))
        return cls(str(folder))

    def read(self) -> LabelledRows:
        """Read the rows: a view of the file, of which each worker's memory holds what it uses."""
        folder = Path(self.folder)
        outline: LabelledRows
        outline, labels = pickle.loads((folder / "outline.pickle").read_bytes())
        return replace(outline, rows=np.load(folder / "rows.npy", mmap_mode="r"), labels=labels)


def _begin() -> None:
    """Begin a worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent decides
    threading.Thread(target=_exit_with_parent, daemon=True).start()


def _exit_with_parent() -> None:
    """End this process with its parent: no other process would read the result, or stop it."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _terminate(but: Collection[BaseProcess]) -> None:
    """End the processes that this one has started, but those."""
    for worker in set(active_children()).difference(but):
        worker.terminate()


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set variables for the processes that are started in the block; those already set stay."""
    added = {name: value for name, value in values.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]
