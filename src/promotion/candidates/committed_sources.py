"""Committed sources: the commit that has what a model was made from, committed before or after."""

from foundation.sources import SourceDigests, sources_of
from foundation.tracking.runs import FoundRun


def with_commit_of_sources(run: FoundRun) -> FoundRun:
    """Return the run with the commit that has its sources, where they were committed afterwards.

    A run whose sources were committed when it was made is returned as it is, and so is a run whose
    sources are in no commit, changed while it was made, or have no digests.
    """
    digests = _digests(run)
    if run.tags.get("git_dirty") != "true" or changed_meanwhile(run) or digests is None:
        return run
    named = run.tags.get("git_commit")
    commit = sources_of(run.tags["data"]).commit_with(digests, named)
    if commit is None:
        return run
    found = {"git_commit": commit, "git_dirty": "false"}
    return run.model_copy(update={"tags": run.tags | found})


def changed_meanwhile(run: FoundRun) -> bool:
    """Return whether the sources of a run were changed while it was made."""
    return run.tags.get("sources_changed") == "true"


def _digests(run: FoundRun) -> SourceDigests | None:
    """Return the digests of the sources; None for runs that were recorded without them."""
    if not {"data", "code_digest", "description_digest"} <= run.tags.keys():
        return None
    return SourceDigests(code=run.tags["code_digest"], description=run.tags["description_digest"])
