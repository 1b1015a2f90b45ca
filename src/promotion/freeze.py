"""Freeze: promotions and training are stopped, and let go on again; the history says why.

`freeze.json` is what counts. A freeze is written before the history tells of it, and a lift is
told before it is removed: a crash in between leaves production frozen, and who says the same again
does the rest.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC

from foundation import locations
from foundation.digests import digest_of_json
from foundation.errors import FraudDetectionError, InvalidData, InvalidParams
from foundation.production.freeze import LIFT, Freeze, current_freeze
from promotion.audit.trail import AuditEntry, AuditEvent, AuditTrail
from promotion.production import ProductionSession
from promotion.protocol.lock import PATIENCE_SECONDS, promotion_lock

UNREADABLE = "unreadable"


class AlreadyFrozen(FraudDetectionError):
    """Production is frozen already, and stays so for the first reason."""


class NotFrozen(FraudDetectionError):
    """Production is not frozen; there was nothing to lift."""


class FreezeUnfinished(FraudDetectionError):
    """Something failed between the freeze and the history; production counts as frozen."""


def freeze(
    production: ProductionSession, *, reason: str, patience_seconds: float = PATIENCE_SECONDS
) -> Freeze:
    """Stop promotions and training until `lift`; return the freeze.

    A promotion that is at work is waited for, and Busy is raised when it takes too long.
    AlreadyFrozen says who froze production before, and why: the first reason stays.
    """
    _require_reason("freeze", reason)
    with promotion_lock(production, patience_seconds):
        if frozen := current_freeze(production.objects, production.settings):
            return _complete_record(frozen, production)
        frozen = Freeze(reason=reason, by=production.who, at=production.now())
        production.objects.write_once(production.bucket, locations.FREEZE, frozen.to_json())
        _record_freeze(frozen, production)
    return frozen


def lift(
    production: ProductionSession, *, reason: str, patience_seconds: float = PATIENCE_SECONDS
) -> None:
    """Let promotions and training go on; NotFrozen when nothing stops them.

    A freeze that cannot be read is lifted as well.
    """
    _require_reason("lift", reason)
    with promotion_lock(production, patience_seconds) as lease:
        frozen = _read_freeze_to_lift(production)
        if frozen:
            _record_freeze(frozen, production)
        with _explain_failure("The lift did not come to its end, so production counts as frozen."):
            _trail(production).append(_lift_event(frozen, reason, production))
            lease.require_held()  # a process that slept must not remove a later freeze
            production.objects.delete(production.bucket, locations.FREEZE)


def freeze_problems(entries: Sequence[AuditEntry], frozen: Freeze | None) -> list[str]:
    """Say where the history and `freeze.json` disagree about whether production is frozen."""
    told = [entry.event for entry in entries if entry.event.kind in ("frozen", "lifted")]
    last = told[-1] if told else None
    if frozen is None and last and last.kind == "frozen":
        return [
            f"The history says that {last.who} froze production ({last.reason!r}) and that nobody "
            f"lifted it, but {locations.FREEZE} is gone. Freeze it again, or look who removed it."
        ]
    if frozen and (last is None or last.event_id != _freeze_id(frozen)):
        return [f"Production is {frozen}, and the history does not say so. Settle it with: {LIFT}"]
    return []


def _complete_record(frozen: Freeze, production: ProductionSession) -> Freeze:
    """Tell what a crash left untold; to whoever froze production then, that was the rest of it."""
    if _record_freeze(frozen, production) and frozen.by == production.who:
        return frozen
    message = (
        f"Production is {frozen}. It stays so for that reason; yours was not kept. Once it may go "
        f"on: {LIFT}"
    )
    raise AlreadyFrozen(message)


def _read_freeze_to_lift(production: ProductionSession) -> Freeze | None:
    """The freeze, or None for one that cannot be read; NotFrozen when there is none at all."""
    try:
        frozen = current_freeze(production.objects, production.settings)
    except InvalidData:
        return None
    if frozen is None:
        message = "Production is not frozen: there is nothing to lift. Nothing was changed."
        raise NotFrozen(message)
    return frozen


def _record_freeze(frozen: Freeze, production: ProductionSession) -> bool:
    """Tell the history of it, once, and say whether that was news."""
    trail = _trail(production)
    with _explain_failure("Production is frozen, and the history does not tell of it yet."):
        before = trail.length()
        return trail.append(_freeze_event(frozen, production)).number > before


def _freeze_event(frozen: Freeze, production: ProductionSession) -> AuditEvent:
    told_by = {} if frozen.by == production.who else {"told_by": production.who}
    return AuditEvent(
        event_id=_freeze_id(frozen),
        kind="frozen",
        at=frozen.at,
        who=frozen.by,
        reason=frozen.reason,
        details=told_by,
    )


def _lift_event(frozen: Freeze | None, reason: str, production: ProductionSession) -> AuditEvent:
    """The same event when the same person lifts the same freeze again, for the same reason."""
    now, what = production.now(), _freeze_id(frozen) if frozen else UNREADABLE
    of = what if frozen else f"{what} {now.isoformat()}"
    return AuditEvent(
        event_id=f"lift-{digest_of_json([of, production.who, reason])[:16]}",
        kind="lifted",
        at=now,
        who=production.who,
        reason=reason,
        details={"freeze": what},
    )


def _freeze_id(frozen: Freeze) -> str:
    """Name a freeze by its own words: whoever tells of it gives it the same name."""
    at = frozen.at.astimezone(UTC)
    return f"freeze-{at:%Y%m%dT%H%M%SZ}-{digest_of_json(frozen.model_dump(mode='json'))[:8]}"


def _require_reason(command: str, reason: str) -> None:
    problems = [] if reason.strip() else ["reason: is empty; the history has to say why"]
    try:
        reason.encode()
    except UnicodeEncodeError as error:
        problems.append(f"reason: is no text ({error})")
    if problems:
        source = f"ceap promotion {command}"
        raise InvalidParams(source, problems)


def _trail(production: ProductionSession) -> AuditTrail:
    return AuditTrail(production.objects, production.bucket, production.signer)


@contextmanager
def _explain_failure(stands: str) -> Iterator[None]:
    try:
        yield
    except FraudDetectionError as error:
        message = f"{stands} {error}\nSay the same again, and the rest is done."
        raise FreezeUnfinished(message) from error
