"""Die with the parent: a process that never outlives its parent, however the parent ends.

As a script, `die_with_parent.py PARENT_PID COMMAND…` runs COMMAND, which ends when PARENT_PID ends.
The script imports the standard library only, and is started by its path, so that it costs a few
milliseconds.
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
    if os.getppid() != parent:  # the parent ended before the death signal was set
        os._exit(1)


def main(parent: int, command: list[str]) -> int:
    if IS_LINUX:
        die_with_parent(parent)
        os.execvp(command[0], command)
    return _watch(parent, command)


def _watch(parent: int, command: list[str]) -> int:
    """Without such a kernel: check twice a second that the parent lives, and pass SIGTERM on."""
    child = subprocess.Popen(command)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    while (code := child.poll()) is None:
        if os.getppid() != parent:
            child.kill()
        time.sleep(WATCH_SECONDS)
    return code


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
