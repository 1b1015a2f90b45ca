"""Notebook failure: the cause that kept a notebook from completing."""

import signal

from pipeline.notebooks.kernel_watch import KernelWatch
from pipeline.notebooks.notebook_control import Control
from pipeline.notebooks.run_record import Cause, Failure, RunRecord

OOM_KILLER = "the operating system killed the kernel because memory ran out"


def failure_of(
    record: RunRecord, control: Control, watch: KernelWatch, crash: BaseException | None
) -> Failure | None:
    """Return the first cause; None for a notebook that completed."""
    cell = record.unfinished_cell
    if control.is_complete:
        return None
    if watch.stopped_for:
        error, message = _stopped(watch.stopped_for, watch)
        return Failure(cause=watch.stopped_for, error=error, message=message, cell=cell)
    if control.has_died:
        watch.kill()  # what it started may have outlived it
        return _death(watch, cell, "" if cell else _last_words(control))
    error, message = control.error or (type(crash).__name__, str(crash))
    # numpy raises _ArrayMemoryError.
    cause: Cause = "out_of_memory" if error.endswith("MemoryError") else "error"
    return Failure(cause=cause, error=error, message=message, cell=cell)


def _stopped(cause: Cause, watch: KernelWatch) -> tuple[str, str]:
    limits = watch.limits
    if cause == "timeout":
        return "StageTimedOut", f"it ran longer than its {limits.timeout_seconds:g} s"
    if cause == "out_of_memory":
        return "MemoryLimitExceeded", (
            f"it used {watch.memory_peak_mb:.0f} MB, more than its {limits.memory_limit_mb:g} MB"
        )
    return "Interrupted", "whoever started it stopped it"


def _death(watch: KernelWatch, cell: int | None, last_words: str) -> Failure:
    code = watch.exit_code or 0
    if code >= 0:
        message = f"the kernel ended itself with status {code}{last_words}"
        return Failure(cause="exit", error="KernelExited", message=message, cell=cell)
    number = -code
    if number == signal.SIGKILL and watch.saw_oom_killer():
        return _killed("out_of_memory", OOM_KILLER, number, cell)
    return _killed("signal", f"the kernel was ended by {_name(number)}{last_words}", number, cell)


def _killed(cause: Cause, message: str, number: int, cell: int | None) -> Failure:
    return Failure(cause=cause, error="KernelKilled", message=message, cell=cell, signal=number)


def _last_words(control: Control) -> str:
    """Return the last line of a kernel that never came up: it is logged nowhere else."""
    lines = control.kernel_log.read_text(errors="replace").splitlines()
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f"; its last words: {last}" if last else ""


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
