"""Freeze: a stop of promotions and training until it is lifted; the history records the reason.

`freeze.json` decides whether production is frozen. A freeze is written before its history entry,
and the history entry of a lift is written before `freeze.json` is removed: a crash in between
leaves production frozen, and repeating the same command completes it.
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
    """Production is already frozen; the first reason stays."""


class NotFrozen(FraudDetectionError):
    """Production is not frozen; there is nothing to lift."""


class FreezeUnfinished(FraudDetectionError):
    """A failure between the freeze and its history entry; production counts as frozen."""


def freeze(
    production: ProductionSession, *, reason: str, patience_seconds: float = PATIENCE_SECONDS
) -> Freeze:
    """Stop promotions and training until `lift`; return the freeze.

    Waits for a promotion that is running. Raises Busy when it takes longer than `patience_seconds`,
    and AlreadyFrozen, with who froze production first and why, when production is frozen: the first
    reason stays.
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
    """Allow promotions and training again; a freeze that cannot be read is lifted as well.

    Raises NotFrozen when production is not frozen.
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
    """Describe where the history and `freeze.json` disagree about whether production is frozen."""
    events = [entry.event for entry in entries if entry.event.kind in ("frozen", "lifted")]
    last = events[-1] if events else None
    if frozen is None and last and last.kind == "frozen":
        return [
            f"The history says that {last.who} froze production ({last.reason!r}) and that nobody "
            f"lifted it, but {locations.FREEZE} is gone. Freeze it again, or look who removed it."
        ]
    if frozen and (last is None or last.event_id != _freeze_id(frozen)):
        return [
            f"Production is {frozen}, and the history does not record it. Settle it with: {LIFT}"
        ]
    return []


def _complete_record(frozen: Freeze, production: ProductionSession) -> Freeze:
    """Complete the history entry that a crash left out.

    Returns the freeze to the person who made it: for them, this is the rest of the first command.
    Raises AlreadyFrozen for everybody else, and when there was nothing to complete.
    """
    if _record_freeze(frozen, production) and frozen.by == production.who:
        return frozen
    message = (
        f"Production is {frozen}. It stays so for that reason; yours was not kept. Once it may go "
        f"on: {LIFT}"
    )
    raise AlreadyFrozen(message)


def _read_freeze_to_lift(production: ProductionSession) -> Freeze | None:
    """Read the freeze; None when its file cannot be read.

    Raises NotFrozen when there is no freeze.
    """
    try:
        frozen = current_freeze(production.objects, production.settings)
    except InvalidData:
        return None
    if frozen is None:
        message = "Production is not frozen: there is nothing to lift. Nothing was changed."
        raise NotFrozen(message)
    return frozen


def _record_freeze(frozen: Freeze, production: ProductionSession) -> bool:
    """Add the freeze to the history once; return whether the entry is new."""
    trail = _trail(production)
    with _explain_failure("Production is frozen, and the history does not record it yet."):
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
    """Return the event of a lift.

    The event is the same when the same person lifts the same freeze again for the same reason.
    """
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
    """Return an id made of the content of a freeze: the same whoever records it."""
    at = frozen.at.astimezone(UTC)
    return f"freeze-{at:%Y%m%dT%H%M%SZ}-{digest_of_json(frozen.model_dump(mode='json'))[:8]}"


def _require_reason(command: str, reason: str) -> None:
    problems = [] if reason.strip() else ["reason: is empty; the history has to say why"]
    try:
        reason.encode()
    except UnicodeEncodeError as error:
        problems.append(f"reason: is no text ({error})")
    if problems:
        source = f"The {command} of production"
        raise InvalidParams(source, problems)


def _trail(production: ProductionSession) -> AuditTrail:
    return AuditTrail(production.objects, production.bucket, production.signer)


@contextmanager
def _explain_failure(stands: str) -> Iterator[None]:
    try:
        yield
    except FraudDetectionError as error:
        message = f"{stands} {error}\nRepeat the command: it completes the rest."
        raise FreezeUnfinished(message) from error
