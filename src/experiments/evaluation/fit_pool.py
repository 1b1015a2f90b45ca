"""Fit pool: workers that fit models on the same rows, several at once."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass
from time import monotonic

from experiments.evaluation.fitting import FitRequest, FitResult
from foundation.errors import Unavailable

KILLED = (
    "A process was killed each time that it fitted {} ({} times), perhaps because memory ran out. "
    "What had finished is kept: run the same again to go on{}."
)
MOST_LOSSES = 3  # workers that a fit may lose before its run is given up
WAIT_SECONDS = 0.5

OnDone = Callable[[FitRequest, FitResult], None]


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
        for fit in lost:
            fit.losses += 1
            if fit.losses > MOST_LOSSES:
                fewer = ", with fewer workers if memory is short" if self.workers > 1 else ""
                raise Unavailable(KILLED.format(fit.request.spec.algorithm, fit.losses, fewer))
        if any(fit.executor is self._executor for fit in lost):
            self._start_again()
        for fit in lost:
            fit.executor, fit.future = self._submitted(fit.request)

    def _start_again(self) -> None:
        self.close(wait_for_fits=False)
        self._executor = self._open_executor()


def _is_lost(future: "Future[FitResult]") -> bool:
    return future.cancelled() or isinstance(future.exception(), BrokenExecutor)
