"""Source version: the git commit of the running code."""

import os
import subprocess
from functools import lru_cache
from pathlib import Path

from foundation.settings import project_root


def git_commit() -> str | None:
    """Return the commit, from `CEAP_GIT_COMMIT` (set in images, which have no .git) or from git.

    None where neither is there.
    """
    return os.environ.get("CEAP_GIT_COMMIT") or _commit_of(project_root())


@lru_cache(maxsize=8)
def _commit_of(project: Path) -> str | None:
    command = ["git", "-C", str(project), "rev-parse", "--verify", "HEAD"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() or None if answer.returncode == 0 else None
