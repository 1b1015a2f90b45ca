"""Layout: the files and folders of the local AWS, under `state_directory/aws`."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from foundation.settings import local_addresses_file

DaemonName = Literal["ministack", "sagemaker"]
DAEMONS: tuple[DaemonName, ...] = ("ministack", "sagemaker")


@dataclass(frozen=True)
class Layout:
    """The paths of the local AWS in one state directory."""

    state: Path

    @property
    def root(self) -> Path:
        return self.state / "aws"

    @property
    def lock(self) -> Path:
        """Outside of `root`, so that it can be held while `root` is deleted."""
        return self.state / "aws.lock"

    @property
    def settings(self) -> Path:
        return self.root / "settings.json"

    @property
    def options(self) -> Path:
        return self.root / "options.json"

    @property
    def addresses(self) -> Path:
        return local_addresses_file(self.state)

    def record(self, daemon: DaemonName) -> Path:
        return self.root / f"{daemon}.json"

    def log(self, daemon: DaemonName) -> Path:
        return self.root / f"{daemon}.log"

    @property
    def ministack(self) -> Path:
        return self.root / "ministack"

    @property
    def sagemaker(self) -> Path:
        return self.root / "sagemaker"


def replace_file(path: Path, data: bytes) -> None:
    """Replace `path` atomically: a reader gets the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(data)
    part.replace(path)
