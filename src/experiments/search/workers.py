"""Workers: processes that work on one study together, watched from the one that started them."""

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, TracebackType

from experiments.search.events import StudyProgress
from experiments.search.liveness import is_same_worker, worker_of
from experiments.search.study import Study
from foundation.errors import FraudDetectionError, Unavailable

PARENT = "CEAP_STUDY_PARENT"
# One thread a worker: more would fight over the cores that the other workers use.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
LOOK_SECONDS = 0.5
STOP_SECONDS = 10.0
LOG_LINES = 15
STOPPED = {128 + number: int(number) for number in (signal.SIGINT, signal.SIGTERM)}  # as shells say


class WorkerFailed(FraudDetectionError):
    """A worker ended with an error of its own; the others were stopped, and nothing is lost."""


def run_workers(
    command: Sequence[str],
    *,
    study: Study,
    count: int,
    on_progress: Callable[[StudyProgress], None] = lambda _: None,
    env: Mapping[str, str] | None = None,
    restarts: int = 3,
    give_up_after: int | None = None,
) -> None:
    """Run `count` processes of `command`, each a worker of `study`, until all have finished.

    `on_progress` is called in this thread about twice a second, and once at the end. A worker that
    is killed is replaced, at most `restarts` times in all; then Unavailable names the slot that it
    died with. With `give_up_after`, a slot that took so many workers in this run is given up: for
    runs that nobody watches, at the price that kills from outside can then change the study.
    Ctrl-C and SIGTERM stop the workers and are raised as KeyboardInterrupt; whatever finished is
    kept, and the same command goes on from there.

    Raises WorkerFailed with the end of its output when a worker ends with an error.
    """
    with _Crew(command, env or {}) as crew, sigterm_as_interrupt():
        for _ in range(count):
            crew.start()
        losses = _Losses(study, restarts, give_up_after, count)
        while crew.is_at_work:
            for worker in crew.ended():
                losses.bear(worker)
                if worker.code != 0:
                    crew.start()
            on_progress(study.progress())
            crew.pause()
        on_progress(study.progress())


@contextmanager
def as_worker() -> Iterator[None]:
    """Be a worker that `run_workers` started: SIGTERM interrupts, and so does its end.

    Started by hand, only SIGTERM does.
    """
    parent = os.environ.get(PARENT)
    if parent is not None:
        watcher = threading.Thread(target=_leave_with, args=(int(parent),), daemon=True)
        watcher.start()
    with sigterm_as_interrupt():
        yield


def was_started_by_hand() -> bool:
    """Say whether this worker was started by somebody else than `run_workers`, who may watch it."""
    return PARENT not in os.environ


@contextmanager
def sigterm_as_interrupt() -> Iterator[None]:
    """Raise KeyboardInterrupt on SIGTERM; only the main thread can be told of signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _leave_with(parent: int) -> None:
    """End this process soon after its parent, which can no longer say that it should."""
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_SECONDS)
    os._exit(1)  # a long computation does not hear the signal


class _Worker:
    """One process, with its output in a file, and who it is in the storage's eyes."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        self._log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                env={**os.environ, **ONE_THREAD, **env, PARENT: str(os.getpid())},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is ours to pass on
            )
        self.identity = worker_of(self.process.pid)

    @property
    def code(self) -> int | None:
        return self.process.poll()

    @property
    def last_lines(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines()[-LOG_LINES:]
        return "\n".join(f"  {line}" for line in lines) or "  (nothing)"


class _Crew:
    """The processes, stopped however the block is left."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        self._command, self._env = list(command), env
        self._workers: list[_Worker] = []
        self._logs = tempfile.TemporaryDirectory(prefix="study-workers-")
        self._started = 0

    def __enter__(self) -> "_Crew":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for worker in self._workers:
            worker.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for worker in self._workers:
            try:
                worker.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
        self._logs.cleanup()

    @property
    def is_at_work(self) -> bool:
        return bool(self._workers)

    def start(self) -> None:
        self._started += 1
        log = Path(self._logs.name) / f"{self._started}.log"
        self._workers.append(_Worker(self._command, self._env, log))

    def ended(self) -> list[_Worker]:
        """Take those that have ended from the crew."""
        ended = [worker for worker in self._workers if worker.code is not None]
        self._workers = [worker for worker in self._workers if worker not in ended]
        return ended

    def pause(self) -> None:
        """Wait a moment, or until the last one ends."""
        if len(self._workers) != 1:
            time.sleep(LOOK_SECONDS if self._workers else 0)
            return
        try:
            self._workers[0].process.wait(LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            return


class _Losses:
    """What is borne of workers that end too early."""

    def __init__(
        self, study: Study, restarts: int, give_up_after: int | None, workers: int
    ) -> None:
        self._study, self._left, self._give_up_after = study, restarts, give_up_after
        self._workers = workers
        self._taken: dict[int, int] = {}

    def bear(self, worker: _Worker) -> None:
        """Accept that a worker ended; raises when that should end the run."""
        code = worker.code
        if not code:
            return
        if code > 0 and code not in STOPPED:
            message = (
                f"A worker of study {self._study.request.name} ended with code {code}; the others "
                f"were stopped. The end of its output:\n{worker.last_lines}\n"
                "Every trial that finished is kept; run the same again to go on."
            )
            raise WorkerFailed(message)
        slot = self._slot_lost_with(worker)
        if slot is not None and self._is_given_up(slot):
            return
        if self._left == 0:
            raise Unavailable(self._last_straw(slot, STOPPED.get(code, -code)))
        self._left -= 1

    def _slot_lost_with(self, worker: _Worker) -> int | None:
        self._study.requeue_orphans()
        for slot, who in self._study.deaths():
            if who and is_same_worker(who, worker.identity):
                self._taken[slot] = self._taken.get(slot, 0) + 1
                return slot
        return None

    def _is_given_up(self, slot: int) -> bool:
        if self._give_up_after is None or self._taken[slot] < self._give_up_after:
            return False
        times = self._taken[slot]
        reason = f"its worker was killed {times} times; it may need more memory than there is"
        self._study.give_up(slot, reason)
        return True

    def _last_straw(self, slot: int | None, number: int) -> str:
        name = self._study.request.name
        what = "with no trial in hand" if slot is None else f"with slot {slot} in hand"
        return (
            f"Too many workers of study {name} were killed, the last by signal {number} {what}. "
            "Every trial that finished is kept. Is there enough memory? Run the same again to go "
            f"on{', with fewer workers if need be' if self._workers > 1 else ''}."
        )
