"""Kernel watch: limits time and memory of a kernel, and kills it with all its children."""

import contextlib
import os
import re
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import psutil

from pipeline.notebooks.run_record import Cause

MB = 1024 * 1024
POLLS_PER_SEARCH = 5  # finding the children reads every process of the machine
OOM_COUNTERS = (  # cgroup 2, cgroup 1, the whole machine
    Path("/sys/fs/cgroup/memory.events"),
    Path("/sys/fs/cgroup/memory/memory.oom_control"),
    Path("/proc/vmstat"),
)


@dataclass(frozen=True)
class Limits:
    """Limits of one notebook.

    At its time-out a kernel is interrupted, so that its `finally` blocks run, and killed
    `grace_seconds` later; over its memory limit a kernel is killed at once.
    """

    timeout_seconds: float | None = None
    memory_limit_mb: float | None = None
    grace_seconds: float = 5.0


class KernelWatch:
    """Watches one kernel process; `poll` is to be called several times a second.

    `stopped_for` is set once, by the first reason to stop.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.stopped_for: Cause | None = None
        self.memory_peak_mb: float | None = None
        self._deadline = _from_now(limits.timeout_seconds)
        self._kill_at: float | None = None
        self._process: Popen[bytes] | None = None
        self._family: list[psutil.Process] = []
        self._polls = 0
        self._oom_kills = oom_kills()

    def attach(self, process: "Popen[bytes]") -> None:
        """Watch this kernel; kill it at once if it is to be stopped already."""
        self._process = process
        if self.stopped_for:
            self.kill()

    def poll(self) -> None:
        """Measure the kernel, and stop it when it is past a limit."""
        self._measure()
        now = time.monotonic()
        if self._deadline is not None and now >= self._deadline:
            self.stop("timeout")
        if self._kill_at is not None and now >= self._kill_at:
            self.kill()

    def stop(self, cause: Cause) -> None:
        """Interrupt the kernel, to be killed after the grace; a second call kills it now."""
        if self.stopped_for in (None, cause) and self._kill_at is None:
            self.stopped_for = cause
            self._kill_at = _from_now(self.limits.grace_seconds)
            self._signal(signal.SIGINT)
        elif cause == "interrupted":
            self.kill()

    def kill(self) -> None:
        """Kill the kernel, its process group, and children in other process groups."""
        if self._process is None:
            return
        self._find_family()
        for member in self._family:
            with contextlib.suppress(psutil.Error):
                member.kill()  # psutil never kills another process that took over a number
        self._signal(signal.SIGKILL)

    @property
    def exit_code(self) -> int | None:
        """The exit code of the kernel: minus the signal that killed it; None when it never ran."""
        return self._process.poll() if self._process else None

    def saw_oom_killer(self) -> bool:
        """Return whether the operating system killed any process for memory meanwhile."""
        return any(now > before for before, now in zip(self._oom_kills, oom_kills(), strict=True))

    def _measure(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        if self._polls % POLLS_PER_SEARCH == 0:
            self._find_family()
        self._polls += 1
        used = sum(_resident_bytes(member) for member in self._family) / MB
        peak = max(self.memory_peak_mb or 0.0, used, _high_water_mb(self._process.pid))
        self.memory_peak_mb = round(peak, 1)
        limit = self.limits.memory_limit_mb
        if limit is not None and used > limit and self.stopped_for is None:
            # An interrupt would take time, in which it takes more.
            self.stopped_for = "out_of_memory"
            self.kill()

    def _find_family(self) -> None:
        """Find the kernel and its descendants; those that outlive a dead kernel stay listed."""
        if self._process is None:
            return
        with contextlib.suppress(psutil.Error):
            kernel = psutil.Process(self._process.pid)
            self._family = [kernel, *kernel.children(recursive=True)]

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)  # kernels lead a process group of their own


def oom_kills(counters: Sequence[Path] = OOM_COUNTERS) -> list[int]:
    """Read the number of processes killed for memory, by counter (0 where unreadable)."""
    return [_oom_count(counter) for counter in counters]


def _oom_count(counter: Path) -> int:
    try:
        found = re.search(r"^oom_kill (\d+)", counter.read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) if found else 0


def _from_now(seconds: float | None) -> float | None:
    return None if seconds is None else time.monotonic() + seconds


def _resident_bytes(process: psutil.Process) -> int:
    try:
        used: int = process.memory_info().rss
    except psutil.Error:
        return 0
    return used


def _high_water_mb(pid: int) -> float:
    """Return the peak memory that Linux records, which sampling may miss; 0 elsewhere."""
    try:
        found = re.search(r"^VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.M)
    except OSError:
        return 0.0
    return int(found[1]) / 1024 if found else 0.0
