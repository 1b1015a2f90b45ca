"""Programs that leave the files they are told to, and say what they are told to."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from catalog.tools import ToolResult


class FakeTool:
    def __init__(self, files: Mapping[str, bytes], *, code: int = 0, output: str = "") -> None:
        self._files, self._result = files, ToolResult(code, output)
        self.calls: list[list[str]] = []
        self.folder_before: dict[str, bytes] = {}

    def __call__(
        self, arguments: Sequence[str], folder: Path, on_bytes: Callable[[int], None]
    ) -> ToolResult:
        self.calls.append(list(arguments))
        self.folder_before = {path.name: path.read_bytes() for path in folder.iterdir()}
        for name, content in self._files.items():
            (folder / name).write_bytes(content)
            on_bytes(len(content))
        return self._result
