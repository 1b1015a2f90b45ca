"""Liveness: which running trials have lost their worker.

A worker on this host is looked up among its processes. One on another host is known only by its
beat, a counter that it raises while it works; it is watched by our own monotonic clock, because
the clocks of two machines need not agree.
"""

import os
import socket
import threading
import time
import uuid
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import psutil
from optuna.trial import FrozenTrial

from experiments.search.trials import BEAT, WORKER
from foundation.errors import FraudDetectionError

CLOCK_SLACK_SECONDS = 2.0  # start times are counted from a boot time that clock changes move
MADE_UP = 1 << 40  # set in the address that Python invents, anew in each process, for want of one


@cache
def this_host() -> str:
    """Return a name of this machine, or container: the scope of a process id."""
    namespace = Path("/proc/self/ns/pid")
    where = namespace.readlink() if namespace.exists() else ""
    address = uuid.getnode()
    if address & MADE_UP:
        address = 0
    return f"{socket.gethostname()}/{address:x}/{where}"


def this_worker() -> dict[str, Any]:
    return worker_of(os.getpid())


def worker_of(pid: int) -> dict[str, Any]:
    started_at = psutil.Process(pid).create_time()
    return {"host": this_host(), "pid": pid, "started_at": started_at}


def is_same_worker(one: dict[str, Any], other: dict[str, Any]) -> bool:
    is_close = abs(one["started_at"] - other["started_at"]) < CLOCK_SLACK_SECONDS
    return bool(one["host"] == other["host"] and one["pid"] == other["pid"] and is_close)


def is_gone(worker: dict[str, Any]) -> bool:
    """Whether a worker of this host is no longer there: a recycled pid has another start time."""
    try:
        process = psutil.Process(worker["pid"])
        if process.status() == psutil.STATUS_ZOMBIE:
            return True
        return bool(abs(process.create_time() - worker["started_at"]) >= CLOCK_SLACK_SECONDS)
    except psutil.NoSuchProcess:
        return True


class Watch:
    """Watches the beats of running trials, as often as it is asked."""

    def __init__(self, grace_seconds: float) -> None:
        self._grace = grace_seconds
        self._seen: dict[int, tuple[int | None, float]] = {}

    def is_dead(self, trial: FrozenTrial) -> bool:
        worker, beat = trial.user_attrs.get(WORKER), trial.user_attrs.get(BEAT)
        if worker is not None and worker["host"] == this_host() and is_gone(worker):
            return True
        now = time.monotonic()
        last, since = self._seen.get(trial.number, (None, now))
        if trial.number not in self._seen or beat != last:
            self._seen[trial.number] = (beat, now)
            return False
        return now - since > self._grace


class Heart:
    """Raises the beat of the trial in hand, from a thread of its own."""

    def __init__(self, beat: Callable[[FrozenTrial, int], bool], every: float) -> None:
        self._beat, self._every = beat, every
        self._trial: FrozenTrial | None = None
        self._stop, self.was_taken = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name="study heart", daemon=True)

    def __enter__(self) -> "Heart":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def beat_for(self, trial: FrozenTrial | None) -> None:
        self._trial, self.was_taken = trial, False

    def _run(self) -> None:
        count = 0
        while not self._stop.wait(self._every):
            trial, count = self._trial, count + 1
            if trial is None:
                continue
            try:
                is_ours = self._beat(trial, count)
            except FraudDetectionError:
                continue  # the next beat may get through, and finishing the trial will say
            if not is_ours and trial is self._trial:
                self.was_taken = True
