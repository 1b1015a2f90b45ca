"""A git repository with a package and the description of a data set, committed once."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from foundation.sources import Sources


@dataclass(frozen=True)
class Checkout:
    """A project under git: `src/package/code.py` and `params/data/mine.yaml`."""

    root: Path
    CODE: ClassVar[str] = "src/package/code.py"
    DESCRIPTION: ClassVar[str] = "params/data/mine.yaml"

    @property
    def sources(self) -> Sources:
        return Sources(self.root, self.root / "src", self.root / self.DESCRIPTION)

    def write(self, name: str, content: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    def git(self, *arguments: str) -> str:
        who = ["-c", "user.name=ann", "-c", "user.email=ann@example.com"]
        command = ["git", "-C", str(self.root), *who, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def commit(self) -> str:
        """Commit everything, and return the commit."""
        self.git("add", ".")
        self.git("commit", "-q", "--allow-empty", "-m", "Change")
        return self.head

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")


def checkout_in(folder: Path) -> Checkout:
    made = Checkout(folder)
    made.git("init", "-q")
    made.write(made.CODE, "answer = 42\n")
    made.write("src/package/deeper/more.py", "")
    made.write(made.DESCRIPTION, "label: fraud # 1 is a fraud\ntime: t\n")
    made.commit()
    return made
