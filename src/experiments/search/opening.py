"""Opening: create a study, or resume it as the one it was."""

import time
from pathlib import Path
from typing import Any

from experiments.search.request import StudyRequest, require_same_study
from experiments.search.store import (
    StudyStore,
    create_or_find,
    find,
    open_storage,
    without_password,
)
from experiments.search.study import Study
from foundation.errors import NotFound

REQUEST = "request"
GRACE_SECONDS = 60.0
CREATOR_SECONDS, PAUSE_SECONDS = 5.0, 0.01  # how long a new study may be without its request


def open_study(
    request: StudyRequest, where: str | Path, *, grace_seconds: float = GRACE_SECONDS
) -> Study:
    """Create the study in the journal file or database `where`, or resume it.

    A study may be resumed with another budget, and with nothing else changed: InvalidParams lists
    each difference. A worker of another host whose beat stands still for `grace_seconds` is dead.
    """
    storage = open_storage(where)
    store, is_new = create_or_find(storage, request.name, where)
    asked = request.facts_to_keep()
    kept = None if is_new else _kept_request(store)
    if kept is not None:
        require_same_study(kept, asked, request.name)
    if kept != asked:
        store.keep(REQUEST, asked)
    return Study(request, store, grace_seconds)


def resume_study(name: str, where: str | Path, *, grace_seconds: float = GRACE_SECONDS) -> Study:
    """Open a study as it was asked for last; NotFound when there is none of that name."""
    storage = open_storage(where)
    store = find(storage, name, where)
    kept = _kept_request(store) if store is not None else None
    if store is None or kept is None:
        place = without_password(where)
        message = f"There is no study {name} in {place}. Check the name and the place."
        raise NotFound(message)
    facts = {key: value for key, value in kept.items() if key in StudyRequest.model_fields}
    request = StudyRequest.checked(facts, source=f"The request of study {name}")
    require_same_study(kept, request.facts_to_keep(), name)
    return Study(request, store, grace_seconds)


def _kept_request(store: StudyStore) -> dict[str, Any] | None:
    """Read the request; its creator, who writes it a moment after, may have died before."""
    deadline = time.monotonic() + CREATOR_SECONDS
    while (kept := store.attributes().get(REQUEST)) is None and time.monotonic() < deadline:
        time.sleep(PAUSE_SECONDS)
    return kept
