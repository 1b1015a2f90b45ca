"""Fit pool: worker processes that fit models on the same rows in parallel, one thread each."""

import os
import pickle
import signal
import tempfile
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic, perf_counter
from typing import Protocol

import numpy as np

from experiments.evaluation.model_spec import ModelSpec
from foundation.errors import Unavailable
from fraud.algorithms import algorithm_named
from fraud.algorithms.lean_imports import import_lean
from fraud.data.arrays import Scores
from fraud.data.folds import Fold
from fraud.data.labelled_rows import LabelledRows
from fraud.explanation.importances import average_precision
from fraud.metrics.costs import Costs
from fraud.metrics.thresholds import lowest_cost

# Numerical libraries read these when they load: more threads than cores only wait for each other.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

KILLED = (
    "A process was killed each time that it fitted {} ({} times), perhaps because memory ran out. "
    "What had finished is kept: run the same again to go on{}."
)
MOST_LOSSES = 3  # workers that a fit may lose before its run is given up

WAIT_SECONDS = 0.5

OnDone = Callable[["FitRequest", "FitResult"], None]


@dataclass(frozen=True)
class FitRequest:
    """One model to fit on some rows and score on others.

    `keeps_model`: return the files of the final model, which has learned from the rows to stop on.
    `only_ranks`: return the average precision alone, as a search needs it.
    """

    spec: ModelSpec
    fold: Fold
    costs: Costs
    keeps_model: bool = False
    only_ranks: bool = False


@dataclass(frozen=True)
class FitResult:
    """Scores of the fold's validation rows, and the thresholds, times and size of the model.

    `threshold` and `cost_threshold` were chosen on the rows that stopped the training. Most bags of
    a bagged model were fitted on those rows: the caller that keeps a bagged model chooses its
    threshold on other rows. `cost_threshold` is None for rows without amounts. `seconds` is the
    time of the fit; `size` is the bytes of the files. Of a request that only ranks, scores, costs
    and size are empty.
    """

    average_precision: float
    scores: Scores
    threshold: float
    cost_threshold: float | None
    seconds: float
    microseconds_a_row: float
    size: int
    files: dict[str, bytes] | None = None


class OutOfTime(Exception):
    """The time for some fits was over; those under way were given up."""


@dataclass(eq=False)
class PendingFit:
    """A fit that was submitted, until its result is taken."""

    request: FitRequest
    executor: Executor
    future: "Future[FitResult]"
    losses: int = 0  # workers that ended while it was under way

    def result(self) -> FitResult:
        """Return the result, or raise what the fit raised."""
        return self.future.result()


class FitPool:
    """Workers that share one copy of the rows.

    `open_executor` starts them; it is called again when one of them ended, and the fits that were
    lost with it are made again. `fit` is what a worker does, and is sent to it with each request.
    `stop_workers` ends them at once, whatever they are doing.
    """

    def __init__(
        self,
        open_executor: Callable[[], Executor],
        fit: Callable[[FitRequest], FitResult],
        workers: int,
        stop_workers: Callable[[], None] = lambda: None,
    ) -> None:
        self._open_executor, self._fit, self._stop_workers = open_executor, fit, stop_workers
        self._executor = open_executor()
        self.workers = workers

    def submit(self, request: FitRequest) -> PendingFit:
        """Begin a fit."""
        return PendingFit(request, *self._submitted(request))

    def wait_for_one(self, fits: Iterable[PendingFit], *, until: float | None = None) -> PendingFit:
        """Wait until one of the fits has finished, and return it.

        Raises OutOfTime at `until` (of the monotonic clock): all fits under way are given up then.
        Raises Unavailable when workers ended more than MOST_LOSSES times with the same fit.
        """
        fits = list(fits)
        while True:
            # In short steps: Ctrl-C does not interrupt an endless wait on every system.
            wait([fit.future for fit in fits], WAIT_SECONDS, FIRST_COMPLETED)
            finished = [fit for fit in fits if fit.future.done()]
            lost = [fit for fit in finished if _is_lost(fit.future)]
            if lost:
                self._make_again(lost)
            elif finished:
                return finished[0]
            elif until is not None and monotonic() >= until:
                self._stop_workers()
                self._start_again()
                raise OutOfTime

    def run(
        self, requests: Sequence[FitRequest], on_done: OnDone, *, until: float | None = None
    ) -> list[FitResult]:
        """Fit and score every request; results are in the order of the requests.

        `on_done` is called as fits finish, in any order. An exception of a fit is raised here.
        After that, or Ctrl-C, no further fit is started. Raises OutOfTime as `wait_for_one` does.
        """
        fits = [self.submit(each) for each in requests]
        waiting = set(fits)
        try:
            while waiting:
                done = self.wait_for_one(waiting, until=until)
                waiting.remove(done)
                on_done(done.request, done.result())
        except OutOfTime:
            raise
        except BaseException:
            self.close(wait_for_fits=False)
            raise
        return [fit.result() for fit in fits]

    def close(self, *, wait_for_fits: bool = True) -> None:
        """End the workers; a fit that has not begun is not begun."""
        self._executor.shutdown(wait=wait_for_fits, cancel_futures=True)

    def _submitted(self, request: FitRequest) -> "tuple[Executor, Future[FitResult]]":
        try:
            future = self._executor.submit(self._fit, request)
        except BrokenExecutor:
            self._start_again()
            future = self._executor.submit(self._fit, request)
        return self._executor, future

    def _make_again(self, lost: Sequence[PendingFit]) -> None:
        if any(fit.executor is self._executor for fit in lost):
            self._start_again()
        for fit in lost:
            fit.losses += 1
            if fit.losses > MOST_LOSSES:
                fewer = ", with fewer workers if memory is short" if self.workers > 1 else ""
                raise Unavailable(KILLED.format(fit.request.spec.algorithm, fit.losses, fewer))
            fit.executor, fit.future = self._submitted(fit.request)

    def _start_again(self) -> None:
        self.close(wait_for_fits=False)
        self._executor = self._open_executor()


def _is_lost(future: "Future[FitResult]") -> bool:
    return future.cancelled() or isinstance(future.exception(), BrokenExecutor)


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


class SharedRows(Protocol):
    """Rows that a worker can read; equal ones are read once."""

    def __hash__(self) -> int: ...

    def read(self) -> LabelledRows: ...


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


@lru_cache(maxsize=1)
def _read_once(shared: SharedRows) -> LabelledRows:
    return shared.read()


def fit_shared(request: FitRequest, shared: SharedRows) -> FitResult:
    """Fit and score one request in a worker."""
    import_lean(algorithm_named(request.spec.algorithm).libraries)
    return fit_and_score(request, _read_once(shared))


def fit_and_score(request: FitRequest, rows: LabelledRows) -> FitResult:
    """Fit and score one request in this process."""
    train, stop = rows.take(request.fold.train), rows.take(request.fold.stop)
    began = perf_counter()
    model = request.spec.fit(train, stop)
    kept = request.spec.refitted(model, train, stop) if request.keeps_model else model
    fitted = perf_counter()
    scores = model.scores(rows.rows[request.fold.validation])
    scored = perf_counter()
    ranks = average_precision(rows.labels[request.fold.validation], scores)
    microseconds = 1e6 * (scored - fitted) / len(scores)
    if request.only_ranks:
        seconds, none = fitted - began, scores[:0]
        return FitResult(ranks, none, model.threshold, None, seconds, microseconds, size=0)
    files, amounts = kept.to_files(), stop.amounts
    return FitResult(
        average_precision=ranks,
        scores=scores,
        threshold=model.threshold,
        cost_threshold=None
        if amounts is None
        else lowest_cost(stop.labels, model.scores(stop.rows), amounts, request.costs),
        seconds=fitted - began,
        microseconds_a_row=microseconds,
        size=sum(map(len, files.values())),
        files=files if request.keeps_model else None,
    )


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
