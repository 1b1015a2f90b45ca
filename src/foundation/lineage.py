"""Lineage: the data, configuration, environment and code that a model was made from."""

import os
import subprocess
from functools import lru_cache
from pathlib import Path

from foundation.digests import digest_of_file, digest_of_json
from foundation.record import Record
from foundation.settings import project_root
from foundation.source_version import git_commit

NOTEBOOK = "CEAP_NOTEBOOK"  # set by the runner to the notebook that a kernel executes
LAB_NOTEBOOK = "JPY_SESSION_NAME"  # set by Jupyter's server to the path of the notebook


class Lineage(Record):
    """The digests of data, configuration and environment, and the commit of this project."""

    data_digest: str
    config_digest: str
    environment_digest: str
    git_commit: str | None
    git_dirty: bool


def lineage(*, data_digest: str, config_digest: str) -> Lineage:
    return Lineage(
        data_digest=data_digest,
        config_digest=config_digest,
        environment_digest=environment_digest(),
        git_commit=git_commit(),
        git_dirty=has_uncommitted_changes(),
    )


@lru_cache(maxsize=1)
def environment_digest() -> str:
    """Return the digest of the name and version of every installed distribution.

    The installed distributions, not those of a lock file, are what the model was trained with.
    """
    from importlib.metadata import distributions

    metadata = [distribution.metadata for distribution in distributions()]
    return digest_of_json(sorted({f"{each['Name']}=={each['Version']}" for each in metadata}))


def notebook_name() -> str | None:
    """Return the notebook that this process executes, as folder/name.ipynb; None outside of one."""
    path = os.environ.get(NOTEBOOK) or os.environ.get(LAB_NOTEBOOK) or ""
    return "/".join(Path(path).parts[-2:]) if path.endswith(".ipynb") else None


@lru_cache(maxsize=1)
def code_digest() -> str:
    """Return the digest of the project's own source files, committed or not."""
    source = Path(__file__).resolve().parents[1]
    files = sorted(source.rglob("*.py"))
    return digest_of_json({str(file.relative_to(source)): digest_of_file(file) for file in files})


def has_uncommitted_changes() -> bool:
    """Return whether the code differs from its commit; False without git.

    Notebooks do not count: saved with their outputs they always differ, they hold nothing but
    calls, and their parameters are recorded.
    """
    pathspec = ["--", ".", ":(exclude)notebooks"]
    command = ["git", "-C", str(project_root()), "status", "--porcelain", *pathspec]
    try:
        answer = subprocess.run(command, capture_output=True, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and bool(answer.stdout.strip())
