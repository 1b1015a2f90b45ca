"""Warden: ends whatever a process of pytest has started, once that process has ended in any way.

Fixtures end what they start, but not when pytest is killed, nor what a command has started in a
session of its own. So each process of pytest (each xdist worker too) marks its environment, which
all processes inherit that descend from it, and starts a warden outside of its own process group.
As a script, `warden.py PID MARK` waits for the end of process PID, and kills all that bear MARK.
"""

import os
import subprocess
import sys
import time
import uuid
from contextlib import suppress

import psutil

VARIABLE = "CEAP_STARTED_BY_TESTS"
LOOK_SECONDS = 0.5

# Kept, because Python warns about a process that is forgotten while it runs.
_wardens: list["subprocess.Popen[bytes]"] = []


def start_warden() -> None:
    """Mark what this process starts from now on, and have it end with this process."""
    mark = uuid.uuid4().hex
    # Not marked itself, by this process or by the one that started pytest: it outlives both.
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    _wardens.append(
        subprocess.Popen(
            [sys.executable, "-I", __file__, str(os.getpid()), mark],
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    )
    os.environ[VARIABLE] = mark


def watch(pid: int, mark: str) -> None:
    """Wait until `pid` is no longer the parent of this process, which it is until its end."""
    while os.getppid() == pid:
        time.sleep(LOOK_SECONDS)
    while found := marked(mark):
        for process in found:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(found, timeout=LOOK_SECONDS)


def marked(mark: str) -> list[psutil.Process]:
    """List the living processes that bear `mark`, and their descendants."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):  # it has just ended, or is another user's
            if process.environ().get(VARIABLE) == mark:
                found += [process, *process.children(recursive=True)]
    return [process for process in found if process.is_running()]


if __name__ == "__main__":
    watch(int(sys.argv[1]), sys.argv[2])
