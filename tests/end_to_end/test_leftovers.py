"""Whatever a test starts ends with it, however it ends: killed with all of pytest, or cut off."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from fakes.processes.commands import killed_when_left_early
from fakes.processes.patience import wait_until

TESTS = Path(__file__).parents[1]
# It starts the local AWS by the fixture, and a process that nobody ends, in a session of its own.
CHILD = """
import json, os, pathlib, signal, subprocess, sys, time
from local_aws import status

def test_that_hangs(local_aws):
    alone = [sys.executable, "-S", "-c", "import time; time.sleep(3600)"]
    pids = [service.pid for service in status(local_aws).services]
    pids.append(subprocess.Popen(alone, start_new_session=True).pid)
    part = pathlib.Path("pids.part")
    part.write_text(json.dumps([os.getpid(), *pids]))
    part.rename("pids")
    signal.setitimer(signal.ITIMER_REAL, {limit})  # of pytest-timeout; 0 means that there is none
    time.sleep(3600)
"""


def hanging_pytest(folder: Path, *options: str, limit: float = 0) -> "subprocess.Popen[bytes]":
    """Start a pytest of its own, whose only test hangs."""
    (folder / "test_it.py").write_text(CHILD.format(limit=limit))
    command = [
        sys.executable, "-m", "pytest", "-q", "-c", str(TESTS.parent / "pyproject.toml"),
        "--rootdir", str(folder), "-p", "conftest", *options, "test_it.py",
    ]  # fmt: skip
    path = os.pathsep.join([str(TESTS), *sys.path])
    return subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def started_by(pytest_process: "subprocess.Popen[bytes]", folder: Path) -> list[psutil.Process]:
    """Wait until the test hangs; return its own process, and what it has started."""
    wait_until(lambda: (folder / "pids").exists() or pytest_process.poll() is not None)
    return [psutil.Process(pid) for pid in json.loads((folder / "pids").read_text())]


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param(lambda whole, _: kill(whole), id="pytest killed"),
        pytest.param(lambda _, worker: kill(worker), id="its worker killed"),
    ],
)
def test_what_a_test_started_ends_when_pytest_is_killed(
    tmp_path: Path, ending: Callable[[int, int], None]
) -> None:
    options = ("-n", "1", "--max-worker-restart", "0")
    with hanging_pytest(tmp_path, *options) as whole, killed_when_left_early(whole):
        worker, *started = started_by(whole, tmp_path)
        assert all(map(is_alive, started))

        ending(whole.pid, worker.pid)

        wait_until(lambda: not any(map(is_alive, [worker, *started])))
        whole.wait()


def test_what_a_test_started_ends_when_its_limit_cuts_it_off(tmp_path: Path) -> None:
    with hanging_pytest(tmp_path, limit=0.1) as whole, killed_when_left_early(whole):
        _, *started = started_by(whole, tmp_path)
        assert whole.wait() == pytest.ExitCode.TESTS_FAILED
        wait_until(lambda: not any(map(is_alive, started)))
