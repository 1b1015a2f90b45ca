"""Holder: a process that said that it is at work, and whether it still is."""

import os
import socket
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psutil
from pydantic import AwareDatetime, NonNegativeInt

from foundation.record import Record

SILENCE_SECONDS = 60.0


class LeaseOwner(Record):
    """A process, as a lease or a journal names it."""

    runner: str
    host: str
    pid: NonNegativeInt
    process_started: float
    beat_at: AwareDatetime
    is_released: bool = False

    def is_alive(self) -> bool:
        if self.is_released or datetime.now(UTC) > self.silent_at:
            return False
        return self.host != socket.gethostname() or self._is_running_here()

    @property
    def silent_at(self) -> datetime:
        return self.beat_at + timedelta(seconds=SILENCE_SECONDS)

    def _is_running_here(self) -> bool:
        try:
            process = psutil.Process(self.pid)
            started: float = process.create_time()
            if process.status() == psutil.STATUS_ZOMBIE:
                return False  # killed, and its parent has not asked for it yet
        except psutil.Error:
            return False
        return abs(started - self.process_started) < 1  # else the number was given to another


def current_process(now: datetime) -> LeaseOwner:
    """This process, heard of now."""
    return LeaseOwner(
        runner=uuid4().hex,
        host=socket.gethostname(),
        pid=os.getpid(),
        process_started=psutil.Process().create_time(),
        beat_at=now,
    )
