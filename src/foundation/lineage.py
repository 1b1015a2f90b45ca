"""Lineage: the data, configuration, environment and code that a model was made from."""

import os
from functools import lru_cache
from pathlib import Path

from foundation.digests import digest_of_json
from foundation.record import Record
from foundation.source_version import git_commit
from foundation.sources import uncommitted_sources

NOTEBOOK = "CEAP_NOTEBOOK"  # set by the runner to the notebook that a kernel executes
LAB_NOTEBOOK = "JPY_SESSION_NAME"  # set by Jupyter's server to the path of the notebook


class Lineage(Record):
    """The digests of data, configuration and environment, and the commit of this project.

    `git_dirty` tells whether the code, or the description of the data, was not as in that commit.
    """

    data_digest: str
    config_digest: str
    environment_digest: str
    git_commit: str | None
    git_dirty: bool


def lineage(*, data: str, data_digest: str, config_digest: str) -> Lineage:
    """Return the lineage of a model that this process makes now from the data set `data`."""
    return Lineage(
        data_digest=data_digest,
        config_digest=config_digest,
        environment_digest=environment_digest(),
        git_commit=git_commit(),
        git_dirty=bool(uncommitted_sources(data)),
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
