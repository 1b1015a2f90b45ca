"""Sources: the code and the data set description that a model is made from, and their commit.

Nothing else of the project decides a model: parameters and feature steps are recorded with its run,
and rows have a digest of their own. Sources are compared by content, so that it does not matter
whether they were committed before a model was made or after.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from foundation.digests import digest_of_bytes, digest_of_file, digest_of_json
from foundation.git_files import GitFiles, git_files
from foundation.record import Record
from foundation.settings import project_root
from foundation.source_version import git_commit

PACKAGES = Path(__file__).resolve().parents[1]  # the folder of all packages of this project
NEWEST_COMMITS = 500
NAMED_FILES = 12


class SourceDigests(Record):
    """The digest of the code, and that of a description (None where there is no such file)."""

    code: str
    description: str | None


@dataclass(frozen=True)
class Sources:
    """The Python files below `packages`, and `description`, the YAML file of a data set.

    Git is asked about them in the repository that holds the folder `project`. Packages that are
    installed elsewhere count as committed: their version is that of the installation.
    """

    project: Path
    packages: Path
    description: Path

    def digests(self) -> SourceDigests:
        """Return the digests of the files as they are now."""
        code = code_digest_of(package_files(self.packages))
        return SourceDigests(code=code, description=yaml_digest(_read(self.description)))

    def uncommitted(self, commit: str | None) -> tuple[str, ...]:
        """Return the files that are not as in `commit`, by their paths from the top folder, sorted.

        A commit that the repository does not have stands for its newest. Empty without git.
        """
        git = git_files(self.project)
        if (root := git.root) is None:
            return ()
        known = commit if commit and git.has(commit) else "HEAD"
        return tuple(
            sorted([*self._new_code(git, root, known), *self._new_words(git, root, known)])
        )

    def contents(self, paths: Iterable[str]) -> dict[str, bytes]:
        """Return the content of those files that are there, by path from the top folder."""
        root = git_files(self.project).root or self.project
        found = {path: _read(root / path) for path in paths}
        return {path: content for path, content in found.items() if content is not None}

    def commit_with(self, digests: SourceDigests, first: str | None = None) -> str | None:
        """Return a commit with sources of these digests: `first`, or else the newest.

        None where no commit of any branch has them, and without git.
        """
        git = git_files(self.project)
        if (root := git.root) is None:
            return None
        paths = [
            path for path in (_from(root, self.packages), _from(root, self.description)) if path
        ]
        newest = git.commits_that_changed(*paths, limit=NEWEST_COMMITS)
        commits = [*([first] if first else []), *newest]
        return next(
            (each for each in commits if self._digests_at(git, root, each) == digests), None
        )

    def _digests_at(self, git: GitFiles, root: Path, commit: str) -> SourceDigests:
        described = _from(root, self.description)
        content = git.content(commit, described) if described else None
        code = code_digest_of(self._code_at(git, root, commit))
        return SourceDigests(code=code, description=yaml_digest(content))

    def _code_at(self, git: GitFiles, root: Path, commit: str) -> dict[str, str]:
        """Return the sha256 of the Python files of a commit, by their paths below the packages."""
        folder = _from(root, self.packages)
        if folder is None:
            return package_files(self.packages)
        found, start = git.digests(commit, folder) or {}, f"{folder}/"
        return {path.removeprefix(start): found[path] for path in found if path.endswith(".py")}

    def _new_code(self, git: GitFiles, root: Path, commit: str) -> list[str]:
        names = changed(self._code_at(git, root, commit), package_files(self.packages))
        return [f"{_from(root, self.packages)}/{name}" for name in names]

    def _new_words(self, git: GitFiles, root: Path, commit: str) -> list[str]:
        path = _from(root, self.description)
        if path is None:
            return []
        committed = yaml_digest(git.content(commit, path))
        return [] if committed == yaml_digest(_read(self.description)) else [path]


def sources_of(data: str) -> Sources:
    """Return the sources of a model of data set `data`: this code, and the data's description."""
    project = project_root()
    return Sources(project, PACKAGES, project / "params" / "data" / f"{data}.yaml")


def uncommitted_sources(data: str) -> tuple[str, ...]:
    """Return the sources of a model of `data` that are not as in the commit that runs name."""
    return sources_of(data).uncommitted(git_commit())


def listed(files: Sequence[str]) -> str:
    """Return the names of files in one line, the first NAMED_FILES of many."""
    more = f" and {len(files) - NAMED_FILES} more" if len(files) > NAMED_FILES else ""
    return f"{', '.join(files[:NAMED_FILES])}{more}"


@lru_cache(maxsize=1)
def code_digest() -> str:
    """Return the digest of the project's own code as this process found it first."""
    return code_digest_of(package_files(PACKAGES))


def package_files(folder: Path) -> dict[str, str]:
    """Return the sha256 of every Python file below a folder, by its path from there."""
    files = sorted(folder.rglob("*.py"))
    return {file.relative_to(folder).as_posix(): digest_of_file(file) for file in files}


def code_digest_of(files: Mapping[str, str]) -> str:
    """Return one digest for Python files, given as sha256 by path."""
    return digest_of_json(dict(files))


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Return the names that only one of two sets has, or that have another digest; sorted."""
    return sorted(
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )


def yaml_digest(content: bytes | None) -> str | None:
    """Return the digest of what YAML says, whatever its comments and the order of its keys.

    None for None, and for what is no YAML.
    """
    if content is None:
        return None
    try:
        said = json.dumps(yaml.safe_load(content), sort_keys=True, default=str)
    except (yaml.YAMLError, TypeError, UnicodeDecodeError):
        return None
    return digest_of_bytes(said.encode())


def _read(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None


def _from(root: Path, path: Path) -> str | None:
    """Return a path from the top folder; None where it is elsewhere."""
    whole = path.resolve()
    return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else None
