"""Die with the parent: a process ends with its parent, however the parent ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from fakes.processes.patience import PATIENCE_SECONDS
from local_aws import die_with_parent

SCRIPT = Path(die_with_parent.__file__)
STARTER = (
    "import os, subprocess, sys\n"
    f"child = subprocess.Popen([sys.executable, '-I', '-S', {str(SCRIPT)!r}, str(os.getpid()),"
    " sys.executable, '-S', '-c', 'import time; time.sleep(3600)'])\n"
    "print(child.pid, flush=True)\n"
    "child.wait()\n"
)


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_ends_with_its_parent(ending):
    with subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE) as starter:
        child = psutil.Process(int(starter.stdout.readline()))
        starter.send_signal(ending)
        starter.wait(PATIENCE_SECONDS)
        child.wait(PATIENCE_SECONDS)


def test_a_process_whose_parent_is_gone_never_begins(tmp_path):
    command = [sys.executable, "-S", "-c", f"open({str(tmp_path / 'began')!r}, 'w')"]
    ended = subprocess.run([sys.executable, "-I", "-S", str(SCRIPT), "1", *command], check=False)
    assert ended.returncode == 1
    assert not (tmp_path / "began").exists()


def test_where_no_kernel_does_it_a_watch_ends_the_process():
    command = [sys.executable, "-S", "-c", "import time; time.sleep(3600)"]
    assert die_with_parent._watch(1, command) == -signal.SIGKILL


def test_the_watch_ends_with_the_code_of_its_process():
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert (
            die_with_parent._watch(
                os.getppid(), [sys.executable, "-S", "-c", "raise SystemExit(7)"]
            )
            == 7
        )
    finally:
        signal.signal(signal.SIGTERM, before)
