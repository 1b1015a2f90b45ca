"""A model registry in a file, which several processes can share."""

import json
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from fakes.ports.model_registry import FakeRegistry


class DirectoryRegistry:
    """A FakeRegistry that lies in a folder between two calls: each is done whole, or not at all."""

    def __init__(self, folder: Path, runs: Collection[str] | None = None) -> None:
        self.file, self._runs = folder / "registry.json", runs

    def register(self, promotion_id: str, run_id: str, tags: Mapping[str, str]) -> str:
        with self._opened() as registry:
            return registry.register(promotion_id, run_id, tags)

    def version_of(self, promotion_id: str) -> str | None:
        with self._opened() as registry:
            return registry.version_of(promotion_id)

    def version_at(self, alias: str) -> str | None:
        with self._opened() as registry:
            return registry.version_at(alias)

    def set_alias(self, alias: str, version: str | None) -> None:
        with self._opened() as registry:
            registry.set_alias(alias, version)

    def copy_to(self, folder: Path) -> None:
        """Let that folder hold the same, whatever it held."""
        folder.mkdir(exist_ok=True)
        there = folder / self.file.name
        there.unlink(missing_ok=True)
        if self.file.exists():
            shutil.copyfile(self.file, there)

    @contextmanager
    def _opened(self) -> Iterator[FakeRegistry]:
        with FileLock(f"{self.file}.lock"):
            registry, text = FakeRegistry(self._runs), ""
            if self.file.exists():
                text = self.file.read_text()
                versions, registry.aliases = json.loads(text)
                registry.versions = {name: tuple(told) for name, told in versions.items()}
            yield registry
            if (now := json.dumps([registry.versions, registry.aliases])) != text:
                self._write(now)

    def _write(self, text: str) -> None:
        handle, staged = tempfile.mkstemp(dir=self.file.parent)
        with os.fdopen(handle, "w") as file:
            file.write(text)
        Path(staged).replace(self.file)
