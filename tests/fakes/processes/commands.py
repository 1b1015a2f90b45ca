"""Commands: a command of a person, run to its end, which a test fails only once it falls silent."""

import os
import selectors
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from fakes.processes.patience import PATIENCE_SECONDS


@dataclass(frozen=True)
class Finished:
    code: int
    stdout: str
    stderr: str


class FellSilent(AssertionError):
    """A command wrote nothing for so long that it must hang; it was killed."""


def run_ceap(*words: str, **environment: str) -> Finished:
    return run_command([sys.executable, "-m", "ceap", *words], environment=environment)


def run_command(
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    silence_seconds: float = PATIENCE_SECONDS,
) -> Finished:
    """Run `command` for as long as it takes; raise FellSilent when it writes nothing any more.

    `environment` is added to this process's. Whatever the command started is killed with it when
    this call is left early.
    """
    process = subprocess.Popen(
        command,
        cwd=cwd,
        # Without a buffer each line arrives when it is written.
        env={**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process, killed_when_left_early(process):
        stdout, stderr = _output(process, silence_seconds)
        return Finished(process.wait(silence_seconds), stdout, stderr)


@contextmanager
def killed_when_left_early(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Kill `process` and all that it has started when the block ends while it still runs."""
    try:
        yield
    finally:
        if process.poll() is None:
            kill_tree(process.pid)
            process.wait()


def kill_tree(pid: int) -> None:
    """Kill a process and its descendants, also those in sessions of their own."""
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                process.kill()


def _output(process: "subprocess.Popen[bytes]", silence_seconds: float) -> tuple[str, str]:
    """Read both streams to their ends, as they are written."""
    assert process.stdout
    assert process.stderr
    written = {process.stdout: bytearray(), process.stderr: bytearray()}
    with selectors.DefaultSelector() as selector:
        for stream in written:
            selector.register(stream, selectors.EVENT_READ, written[stream])
        while selector.get_map():
            ready = selector.select(silence_seconds)
            if not ready:
                raise FellSilent(_complaint(process.args, silence_seconds, *written.values()))
            for key, _ in ready:
                part = os.read(key.fd, 65_536)
                key.data.extend(part)
                if not part:
                    selector.unregister(key.fileobj)
    stdout, stderr = (text.decode(errors="replace") for text in written.values())
    return stdout, stderr


def _complaint(command: object, seconds: float, *written: bytearray) -> str:
    stdout, stderr = (text.decode(errors="replace") for text in written)
    return f"{command} wrote nothing for {seconds:.0f} s, and was killed.\n{stdout}\n{stderr}"
