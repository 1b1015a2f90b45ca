"""Freezes: stops the pipelines that a freeze of production forbids, and warns the others."""

from contextlib import suppress

from foundation.errors import FraudDetectionError, InvalidData
from foundation.production.freeze import Frozen, current_freeze, require_thawed
from pipeline.notebooks.events import FreezeFound
from pipeline.runs.planning import Runner

STOPPED = {"training"}  # it would put another model in production


def check_freeze(pipeline: str, runner: Runner, what: str) -> None:
    """Raise Frozen where a freeze forbids `what`; elsewhere report the freeze as an event.

    To be called before anything else, so that nothing was planned or run.
    """
    if pipeline in STOPPED:
        require_thawed(runner.session.objects, runner.session.settings, what)
        return
    with suppress(FraudDetectionError):  # an unreadable freeze does not stop scoring
        if freeze := current_freeze(runner.session.objects, runner.session.settings):
            runner.on_event(FreezeFound(str(freeze)))


def check_later_freeze(pipeline: str, runner: Runner, what: str, *, resume: str) -> None:
    """Raise Frozen where production was frozen after the execution began; `what` is not begun.

    A freeze in the middle of a training must stop the deployment at its end.
    """
    if pipeline not in STOPPED:
        return
    try:
        require_thawed(runner.session.objects, runner.session.settings, what)
    except (Frozen, InvalidData) as freeze:
        message = f"{freeze}\nWhat finished before it stands. After that, resume with:\n  {resume}"
        raise Frozen(message) from None
