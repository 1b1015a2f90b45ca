"""Freezes: which pipelines a freeze of production stops, and which only hear of it."""

from contextlib import suppress

from foundation.errors import FraudDetectionError
from foundation.freezing import current_freeze, require_thawed
from pipeline.notebooks.events import FreezeFound
from pipeline.runs.planning import Line

STOPPED = {"training"}  # it would put another model in production


def mind_freeze(pipeline: str, line: Line, what: str) -> None:
    """Raise Frozen where a freeze forbids `what`; elsewhere tell whoever watches that there is one.

    Read before anything else, so that nothing was planned or run.
    """
    if pipeline in STOPPED:
        require_thawed(line.store, line.settings, what)
        return
    with suppress(FraudDetectionError):  # a note that cannot be read keeps nobody from scoring
        if freeze := current_freeze(line.store, line.settings):
            line.on_event(FreezeFound(str(freeze)))
