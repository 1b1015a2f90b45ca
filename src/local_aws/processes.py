"""Daemon processes: start one, wait until it serves, stop it and everything it started."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from foundation.errors import Unavailable
from local_aws.daemon import DaemonRecord, read_daemon_record
from local_aws.layout import DaemonName, Layout

MODULES: dict[DaemonName, str] = {
    "ministack": "local_aws.ministack_server",
    "sagemaker": "local_aws.sagemaker.server",
}
START_SECONDS = 60.0
STOP_SECONDS = 30.0
LOG_BYTES = 10_000_000

# Kept, because Python warns about a running process whose object is deleted.
_started: list[subprocess.Popen[bytes]] = []


def start(daemon: DaemonName, layout: Layout) -> subprocess.Popen[bytes]:
    """Start `daemon` in a session of its own, so that it outlives the terminal and its Ctrl-C."""
    command = [sys.executable, "-P", "-m", MODULES[daemon], str(layout.state)]
    with _log(layout.log(daemon)).open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=layout.root,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _started.append(process)
    return process


def clean_environment() -> dict[str, str]:
    """Return the environment without the variables of AWS: no credentials, no addresses."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


def wait_until_serving(
    daemon: DaemonName, process: subprocess.Popen[bytes], layout: Layout
) -> DaemonRecord:
    """Wait for the record that `process` writes once it serves; Unavailable when it does not."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        record = read_daemon_record(layout.record(daemon))
        if record is not None and record.pid == process.pid:
            return record
        if process.poll() is not None:
            raise Unavailable(_failure(daemon, layout, f"ended with code {process.returncode}"))
        time.sleep(0.01)
    process.kill()
    raise Unavailable(_failure(daemon, layout, f"did not serve within {START_SECONDS:.0f} s"))


def stop(record: DaemonRecord) -> None:
    """Stop the daemon, which saves its state; after 30 s kill the daemon and its descendants."""
    process = record.process()
    if process is None:
        return
    descendants = _descendants(process)
    process.send_signal(signal.SIGTERM)
    _, still_running = psutil.wait_procs([process], timeout=STOP_SECONDS)
    for survivor in (*still_running, *(child for child in descendants if child.is_running())):
        _kill(survivor)
    reap()


def reap() -> None:
    """Collect the daemons of this process that ended, so that no zombies stay."""
    _started[:] = [process for process in _started if process.poll() is None]


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
        process.wait(5)
    except psutil.NoSuchProcess:
        return


def _log(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path


def _failure(daemon: DaemonName, layout: Layout, what: str) -> str:
    lines = layout.log(daemon).read_text(errors="replace").splitlines()[-15:]
    last = "\n".join(f"  {line}" for line in lines) or "  (nothing)"
    return (
        f"The local AWS did not start: {daemon} {what}. The end of {layout.log(daemon)}:\n{last}\n"
        "What it had saved is untouched."
    )
