"""Process identity: host, pid and start time, which together name one process and no later one."""

import os
import socket
from typing import NamedTuple

import psutil

CLOCK_SLACK_SECONDS = 2.0  # start times are counted from a boot time that clock changes move


class ProcessIdentity(NamedTuple):
    """One process of one host. A recycled pid has another start time."""

    host: str
    pid: int
    started_at: float  # Unix time, in seconds

    @property
    def is_on_this_host(self) -> bool:
        return self.host == socket.gethostname()

    def is_alive(self) -> bool:
        """Return whether exactly this process runs on this host; False for another host's."""
        return self.process() is not None

    def process(self) -> psutil.Process | None:
        """Return the running process; None when it ended, is a zombie, or is on another host."""
        if not self.is_on_this_host:
            return None
        try:
            process = psutil.Process(self.pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return None  # it was killed, and its parent has not collected it yet
            is_same = abs(process.create_time() - self.started_at) < CLOCK_SLACK_SECONDS
        except psutil.Error:
            return None
        return process if is_same else None


def current_process() -> ProcessIdentity:
    return ProcessIdentity(socket.gethostname(), os.getpid(), psutil.Process().create_time())
