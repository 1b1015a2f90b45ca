"""Tether: a process that never outlives the one that started it, however that one ends.

As a script, `tether.py PARENT_PID COMMAND…` runs COMMAND tethered to PARENT_PID. It imports the
standard library only, and is started by its path, so that it costs a few milliseconds.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time

SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of linux/prctl.h
IS_LINUX = sys.platform == "linux"
WATCH_SECONDS = 0.5


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when `parent` ends; survives exec. Linux only."""
    ctypes.CDLL(None, use_errno=True).prctl(SET_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the kernel was told
        os._exit(1)


def main(parent: int, command: list[str]) -> int:
    if IS_LINUX:
        die_with_parent(parent)
        os.execvp(command[0], command)
    return _watch(parent, command)


def _watch(parent: int, command: list[str]) -> int:
    """Where no kernel does it: look for the parent twice a second, and pass signals on."""
    child = subprocess.Popen(command)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    while (code := child.poll()) is None:
        if os.getppid() != parent:
            child.kill()
        time.sleep(WATCH_SECONDS)
    return code


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
