"""Lineage: what a model was made from, so that it can be made again."""

import subprocess
from functools import lru_cache

from foundation.digests import digest_of_json
from foundation.executions import Record
from foundation.settings import project_root
from foundation.source_version import git_commit


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
    """Digest the name and version of every installed distribution.

    What is installed, not what a lock file asks for: that is what the model was trained with.
    """
    from importlib.metadata import distributions

    described = [distribution.metadata for distribution in distributions()]
    return digest_of_json(sorted({f"{each['Name']}=={each['Version']}" for each in described}))


def has_uncommitted_changes() -> bool:
    """Say whether the code differs from its commit; no where there is no git to ask."""
    command = ["git", "-C", str(project_root()), "status", "--porcelain"]
    try:
        answer = subprocess.run(command, capture_output=True, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and bool(answer.stdout.strip())
