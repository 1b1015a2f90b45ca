"""Freezes: which pipelines a freeze of production stops, and which only hear of it."""

from contextlib import suppress

from foundation.errors import FraudDetectionError, InvalidData
from foundation.production.freeze import Frozen, current_freeze, require_thawed
from pipeline.notebooks.events import FreezeFound
from pipeline.runs.planning import Runner

STOPPED = {"training"}  # it would put another model in production


def check_freeze(pipeline: str, runner: Runner, what: str) -> None:
    """Raise Frozen where a freeze forbids `what`; elsewhere tell whoever watches that there is one.

    Read before anything else, so that nothing was planned or run.
    """
    if pipeline in STOPPED:
        require_thawed(runner.session.objects, runner.session.settings, what)
        return
    with suppress(FraudDetectionError):  # a note that cannot be read keeps nobody from scoring
        if freeze := current_freeze(runner.session.objects, runner.session.settings):
            runner.on_event(FreezeFound(str(freeze)))


def check_later_freeze(pipeline: str, runner: Runner, what: str, *, resume: str) -> None:
    """Raise Frozen where production was frozen since the execution began: `what` is not begun.

    A deployment at the end of a training must not slip past a freeze that came in its middle.
    """
    if pipeline not in STOPPED:
        return
    try:
        require_thawed(runner.session.objects, runner.session.settings, what)
    except (Frozen, InvalidData) as freeze:
        message = f"{freeze}\nWhat finished before it stands. After that, resume with:\n  {resume}"
        raise Frozen(message) from None
