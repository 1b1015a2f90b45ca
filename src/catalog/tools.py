"""Tools: runs another program in a folder of its own, and reports how many bytes it has written."""

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from foundation.errors import Unavailable

LOOK_AGAIN_SECONDS = 0.2
LONGEST_SECONDS = 30 * 60


class ToolResult(NamedTuple):
    """Exit code and output of a finished program."""

    code: int
    output: str  # of both streams; searched for reasons, never shown


class Tool(Protocol):
    """Port of running another program."""

    def __call__(
        self, arguments: Sequence[str], folder: Path, on_bytes: Callable[[int], None]
    ) -> ToolResult:
        """Run a program to its end; `on_bytes` gets the number of bytes in `folder` so far."""
        ...


def run_tool(arguments: Sequence[str], folder: Path, on_bytes: Callable[[int], None]) -> ToolResult:
    """Run a program whose temporary files go to `folder` too.

    The program is killed when this call ends early, by Ctrl-C for example. Raises Unavailable when
    the program takes longer than half an hour.
    """
    log = folder / "tool.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            env={**os.environ, "TMPDIR": str(folder)},
        )  # fmt: skip
        try:
            code = _wait_while_watching(process, folder, on_bytes)
        finally:
            process.kill()
            process.wait()
    return ToolResult(code, log.read_text(errors="replace"))


def _wait_while_watching(
    process: "subprocess.Popen[bytes]", folder: Path, on_bytes: Callable[[int], None]
) -> int:
    for _ in range(round(LONGEST_SECONDS / LOOK_AGAIN_SECONDS)):
        try:
            return process.wait(timeout=LOOK_AGAIN_SECONDS)
        except subprocess.TimeoutExpired:
            on_bytes(bytes_in(folder))
    message = f"it took longer than {LONGEST_SECONDS // 60} minutes and was stopped."
    raise Unavailable(message)


def bytes_in(folder: Path) -> int:
    """Return the size of all files below `folder`, in bytes."""
    return sum(_size(path) for path in folder.rglob("*"))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:  # temporary files come and go
        return 0
