"""Fit pool: worker processes that fit models on the same rows in parallel, one thread each."""

import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import active_children, get_context, parent_process
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from experiments.evaluation.model_spec import ModelSpec
from foundation.errors import Unavailable
from fraud.algorithms import algorithm_named
from fraud.algorithms.lean_imports import import_lean
from fraud.data.arrays import Scores
from fraud.data.folds import Fold
from fraud.data.labelled_rows import LabelledRows
from fraud.metrics.costs import Costs
from fraud.metrics.thresholds import lowest_cost

# Numerical libraries read these when they load: more threads than cores only wait for each other.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

KILLED = (
    "A process that fitted models was killed, perhaps because memory ran out. What it had finished "
    "is kept: run the same again to go on{}."
)

WAIT_SECONDS = 0.5

OnDone = Callable[["FitRequest", "FitResult"], None]


@dataclass(frozen=True)
class FitRequest:
    """One model to fit on some rows and score on others.

    `keeps_model`: return the files of the final model, which has learned from the rows to stop on.
    """

    spec: ModelSpec
    fold: Fold
    costs: Costs
    keeps_model: bool = False


@dataclass(frozen=True)
class FitResult:
    """Scores of the fold's validation rows, and the thresholds, times and size of the model.

    `threshold` and `cost_threshold` were chosen on the rows that stopped the training. Most bags of
    a bagged model were fitted on those rows: the caller that keeps a bagged model chooses its
    threshold on other rows. `cost_threshold` is None for rows without amounts. `seconds` is the
    time of the fit; `size` is the bytes of the files.
    """

    scores: Scores
    threshold: float
    cost_threshold: float | None
    seconds: float
    microseconds_a_row: float
    size: int
    files: dict[str, bytes] | None = None


class FitPool:
    """Worker processes that share one copy of the rows."""

    def __init__(self, pool: ProcessPoolExecutor, workers: int) -> None:
        self._pool, self._workers = pool, workers

    def run(self, requests: Sequence[FitRequest], on_done: OnDone) -> list[FitResult]:
        """Fit and score every request; results are in the order of the requests.

        `on_done` is called as fits finish, in any order. An exception of a fit is raised here.
        After that, or Ctrl-C, no further fit is started. Raises Unavailable when a process was
        killed.
        """
        submitted: dict[Future[FitResult], FitRequest] = {}
        try:
            submitted = {self._pool.submit(_fit_and_score, each): each for each in requests}
            for done in _as_completed(submitted):
                on_done(submitted[done], done.result())
        except BrokenProcessPool as error:
            fewer = ", with fewer workers if memory is short" if self._workers > 1 else ""
            raise Unavailable(KILLED.format(fewer)) from error
        except BaseException:
            self._pool.shutdown(wait=False, cancel_futures=True)
            raise
        return [future.result() for future in submitted]


def _as_completed(futures: Iterable[Future[FitResult]]) -> Iterator[Future[FitResult]]:
    """Wait in short steps: Ctrl-C does not interrupt an endless wait on every system."""
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, WAIT_SECONDS, FIRST_COMPLETED)
        yield from done


@contextmanager
def open_fit_pool(rows: LabelledRows, workers: int) -> Iterator[FitPool]:
    """Start `workers` processes that memory-map `rows` from one temporary file."""
    with tempfile.TemporaryDirectory(prefix="ceap-fits-") as folder:
        file = Path(folder, "rows.npy")
        np.save(file, rows.rows)
        outline = replace(rows, rows=np.empty((0, len(rows.columns))), labels=rows.labels[:0])
        arguments = (str(file), outline, rows.labels)
        with (
            _environment(ONE_THREAD),
            ProcessPoolExecutor(workers, get_context("spawn"), _load_rows, arguments) as pool,
            _terminated_on_interrupt(),
        ):
            yield FitPool(pool, workers)


def fit_and_score(request: FitRequest, rows: LabelledRows) -> FitResult:
    """Fit and score one request in this process."""
    train, stop = rows.take(request.fold.train), rows.take(request.fold.stop)
    began = perf_counter()
    model = request.spec.fit(train, stop)
    kept = request.spec.refitted(model, train, stop) if request.keeps_model else model
    fitted = perf_counter()
    scores = model.scores(rows.rows[request.fold.validation])
    scored = perf_counter()
    files, amounts = kept.to_files(), stop.amounts
    return FitResult(
        scores=scores,
        threshold=model.threshold,
        cost_threshold=None
        if amounts is None
        else lowest_cost(stop.labels, model.scores(stop.rows), amounts, request.costs),
        seconds=fitted - began,
        microseconds_a_row=1e6 * (scored - fitted) / len(scores),
        size=sum(map(len, files.values())),
        files=files if request.keeps_model else None,
    )


_loaded: list[LabelledRows] = []  # in a worker process: its rows


def _load_rows(file: str, outline: LabelledRows, labels: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent decides
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    _loaded[:] = [replace(outline, rows=np.load(file, mmap_mode="r"), labels=labels)]


def _exit_with_parent() -> None:
    """End this process with its parent: no other process would read the result, or stop it."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _fit_and_score(request: FitRequest) -> FitResult:
    import_lean(algorithm_named(request.spec.algorithm).libraries)
    return fit_and_score(request, _loaded[0])


@contextmanager
def _terminated_on_interrupt() -> Iterator[None]:
    """On Ctrl-C, stop the processes that were started in the block: a fit may last for minutes."""
    before = set(active_children())
    try:
        yield
    except KeyboardInterrupt:
        for worker in set(active_children()) - before:
            worker.terminate()
        raise


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
