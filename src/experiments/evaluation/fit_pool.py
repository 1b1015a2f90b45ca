"""Bench: many fits on the same rows, side by side, one thread each."""

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
from fraud.data.arrays import Scores
from fraud.data.folds import Fold
from fraud.data.labelled_rows import LabelledRows
from fraud.metrics.costs import Costs
from fraud.metrics.thresholds import lowest_cost

# Read by numerical libraries when they load: more threads than cores only wait for each other.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

KILLED = (
    "A process that fitted models was killed, perhaps because memory ran out. What it had finished "
    "is kept: run the same again to go on, with fewer workers if memory is short."
)

LOOK_SECONDS = 0.5

OnDone = Callable[["FitRequest", "FitResult"], None]


@dataclass(frozen=True)
class FitRequest:
    """One model to be made of some rows, and judged on others. `keeps_model` asks for its files."""

    candidate: ModelSpec
    fold: Fold
    costs: Costs
    keeps_model: bool = False


@dataclass(frozen=True)
class FitResult:
    """What a fit gave: the scores of the fold's validation rows, and how the model behaves.

    `threshold` and `cost_threshold` were chosen on the rows that stopped the training. Most bags of
    a bagged model learned from those: its threshold is chosen on other rows, by whoever keeps it.
    Seconds are those of the fit; `size` is the bytes of its files.
    """

    scores: Scores
    threshold: float
    cost_threshold: float
    seconds: float
    microseconds_a_row: float
    size: int
    files: dict[str, bytes] | None = None


class FitPool:
    """Rows laid out once for all the processes that learn from them."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def judge(self, fits: Sequence[FitRequest], on_done: OnDone) -> list[FitResult]:
        """Make every fit; the answers are in the order of the questions, whoever was quickest.

        What a fit raises is raised here. After that, or Ctrl-C, no further fit is begun. Raises
        Unavailable when a process was killed.
        """
        asked: dict[Future[FitResult], FitRequest] = {}
        try:
            asked = {self._pool.submit(_judged, fit): fit for fit in fits}
            for done in _as_completed(asked):
                on_done(asked[done], done.result())
        except BrokenProcessPool as error:
            raise Unavailable(KILLED) from error
        except BaseException:
            self._pool.shutdown(wait=False, cancel_futures=True)
            raise
        return [future.result() for future in asked]


def _as_completed(futures: Iterable[Future[FitResult]]) -> Iterator[Future[FitResult]]:
    """Wait in short steps: a wait without an end does not hear Ctrl-C on every system."""
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, LOOK_SECONDS, FIRST_COMPLETED)
        yield from done


@contextmanager
def open_fit_pool(rows: LabelledRows, workers: int) -> Iterator[FitPool]:
    """Start the processes, with `rows` in a file that they share the memory of."""
    with tempfile.TemporaryDirectory(prefix="ceap-bench-") as folder:
        file = Path(folder, "rows.npy")
        np.save(file, rows.rows)
        outline = replace(rows, rows=np.empty((0, len(rows.columns))), labels=rows.labels[:0])
        arguments = (str(file), outline, rows.labels)
        with (
            _environment(ONE_THREAD),
            ProcessPoolExecutor(workers, get_context("spawn"), _lay_out, arguments) as pool,
            _interrupted_together(),
        ):
            yield FitPool(pool)


def judged(fit: FitRequest, rows: LabelledRows) -> FitResult:
    """Make one fit in this process."""
    train, stop = rows.take(fit.fold.train), rows.take(fit.fold.stop)
    began = perf_counter()
    model = fit.candidate.fit(train, stop)
    fitted = perf_counter()
    scores = model.scores(rows.rows[fit.fold.validation])
    scored = perf_counter()
    files = model.to_files()
    return FitResult(
        scores=scores,
        threshold=model.threshold,
        cost_threshold=lowest_cost(stop.labels, model.scores(stop.rows), stop.amounts, fit.costs),
        seconds=fitted - began,
        microseconds_a_row=1e6 * (scored - fitted) / len(scores),
        size=sum(map(len, files.values())),
        files=files if fit.keeps_model else None,
    )


_laid_out: list[LabelledRows] = []  # of a worker process: the rows that it works on


def _lay_out(file: str, outline: LabelledRows, labels: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent decides
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    _laid_out[:] = [replace(outline, rows=np.load(file, mmap_mode="r"), labels=labels)]


def _leave_with_parent() -> None:
    """End this process with its parent: nobody would hear the answer, nor stop it."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _judged(fit: FitRequest) -> FitResult:
    return judged(fit, _laid_out[0])


@contextmanager
def _interrupted_together() -> Iterator[None]:
    """On Ctrl-C, stop the processes that were started meanwhile: a fit may last for minutes."""
    before = set(active_children())
    try:
        yield
    except KeyboardInterrupt:
        for worker in set(active_children()) - before:
            worker.terminate()
        raise


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set variables for the processes that are started meanwhile; those already set stay."""
    added = {name: value for name, value in values.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]
