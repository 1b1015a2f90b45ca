"""Source tags: which code and description a run was made from, and what no commit has of them."""

from typing import TYPE_CHECKING

from catalog.preparation import data_digest
from catalog.prepared_data import data_spec
from catalog.recorded_runs import UNCOMMITTED
from experiments.progress import print_above_bar
from foundation.errors import FraudDetectionError
from foundation.source_version import git_commit
from foundation.sources import code_digest, listed, sources_of, uncommitted_sources
from foundation.stores.archives import pack

if TYPE_CHECKING:
    from catalog.prepared_data import Manifest


def source_tags(manifest: "Manifest") -> dict[str, str]:
    """Return the tags of the sources of a run that is made now from the data of the manifest.

    Without git, there is no tag of the commit. `sources_changed` is true where the code is not as
    this process found it first, or the description is not the one of the manifest: what is recorded
    then is made partly from the one and partly from the other.
    """
    found = sources_of(manifest.data).digests()
    uncommitted = uncommitted_sources(manifest.data)
    changed = found.code != code_digest() or not _describes(manifest)
    tags = {
        "git_commit": git_commit(),
        "git_dirty": str(bool(uncommitted)).lower(),
        "code_digest": code_digest(),
        "description_digest": found.description,
        "sources_changed": str(changed).lower(),
        "uncommitted_files": listed(uncommitted) or None,
    }
    return {name: value for name, value in tags.items() if value is not None}


def uncommitted_archive(manifest: "Manifest") -> dict[str, bytes]:
    """Return the uncommitted sources as an artifact, from which they can be committed later."""
    sources = sources_of(manifest.data)
    files = sources.contents(uncommitted_sources(manifest.data))
    return {UNCOMMITTED: pack(files)} if files else {}


def print_uncommitted(manifest: "Manifest") -> None:
    """Print which sources are in no commit, and what that means; nothing where there are none."""
    if not (files := uncommitted_sources(manifest.data)):
        return
    print_above_bar(
        f"Not committed: {listed(files)}. A model can be promoted once a commit has what it was "
        "made from. Commit these files as they are, now or afterwards: no other search is needed."
    )


def _describes(manifest: "Manifest") -> bool:
    """Return whether the description of the data set still gives the digest of the manifest."""
    try:
        spec = data_spec(manifest.data)
    except FraudDetectionError:
        return False
    return data_digest(manifest.raw_sha256, spec, manifest.split) == manifest.data_digest
