"""Git files: the content of files in the commits of a repository."""

import subprocess
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from foundation.digests import digest_of_bytes

TIMEOUT_SECONDS = 30
FILE = "100"  # how the mode of a plain file begins; links and submodules have others


class GitFiles:
    """The repository that holds `folder`. Every answer is None or empty where git has none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._digests: dict[str, str] = {}  # sha256 by blob, which commits share

    @property
    def root(self) -> Path | None:
        """The top folder of the working tree; None outside of a repository."""
        found = self._git("rev-parse", "--show-toplevel")
        return Path(found.decode().rstrip("\n")).resolve() if found else None

    def digests(self, commit: str, *paths: str) -> dict[str, str] | None:
        """Return the sha256 of each file below `paths`, by its path from the top folder.

        None for a commit that the repository does not have.
        """
        listed = self._git("ls-tree", "-r", "-z", "--full-tree", commit, "--", *paths)
        if listed is None:
            return None
        blobs = dict(_blobs(listed))
        self._read({blob for blob in blobs.values() if blob not in self._digests})
        return {path: self._digests[blob] for path, blob in blobs.items() if blob in self._digests}

    def content(self, commit: str, path: str) -> bytes | None:
        """Return the content of one file; None where the commit has no such file."""
        return self._git("cat-file", "blob", f"{commit}:{path}")

    def commits_that_changed(self, *paths: str, limit: int) -> list[str]:
        """Return the newest commits of every branch that changed any of `paths`, newest first."""
        from_top = [f":(top,literal){path}" for path in paths]
        newest = ("--all", "HEAD", "--full-history", f"--max-count={limit}")
        return (self._git("rev-list", *newest, "--", *from_top) or b"").decode().split()

    def has(self, commit: str) -> bool:
        """Return whether the repository has a commit of this name."""
        return self._git("cat-file", "-e", f"{commit}^{{commit}}") is not None

    def _read(self, blobs: set[str]) -> None:
        asked = "".join(f"{blob}\n" for blob in sorted(blobs)).encode()
        answered = self._git("cat-file", "--batch", stdin=asked) if blobs else b""
        self._digests |= dict(_contents(answered or b""))

    def _git(self, *arguments: str, stdin: bytes = b"") -> bytes | None:
        command = ["git", "-C", str(self._folder), *arguments]
        try:
            answer = subprocess.run(
                command, input=stdin, capture_output=True, check=False, timeout=TIMEOUT_SECONDS
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return answer.stdout if answer.returncode == 0 else None


@lru_cache(maxsize=4)
def git_files(folder: Path) -> GitFiles:
    """Return the repository of a folder, with the digests that were read before."""
    return GitFiles(folder)


def _blobs(listed: bytes) -> Iterator[tuple[str, str]]:
    """Yield the path and the blob of each plain file of `git ls-tree -z`."""
    for line in filter(None, listed.split(b"\0")):
        facts, path = line.decode(errors="surrogateescape").split("\t", 1)
        mode, _, blob = facts.split()
        if mode.startswith(FILE):
            yield path, blob


def _contents(answered: bytes) -> Iterator[tuple[str, str]]:
    """Yield each blob of `git cat-file --batch`, and the sha256 of its content."""
    place = 0
    while place < len(answered):
        end = answered.index(b"\n", place)
        blob, _, size = answered[place:end].decode().split()
        place = end + 1 + int(size) + 1
        yield blob, digest_of_bytes(answered[end + 1 : place - 1])
