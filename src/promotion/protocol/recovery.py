"""Recovery: promotions that a crash left open, finished or abandoned; by anyone, at any time."""

from typing import Literal

from foundation.progress import OnStep, ignore_progress
from foundation.record import Record
from promotion.production import ProductionSession
from promotion.protocol.after_commit import finalize
from promotion.protocol.journal import (
    ABANDONED,
    close,
    files_by_promotion,
    open_journals,
    read_journal,
)
from promotion.protocol.lock import promotion_lock
from promotion.protocol.state import current_promotion
from promotion.records import Journal


class Recovered(Record):
    """One promotion that was left open, and its outcome."""

    promotion_id: str
    outcome: Literal["finished", "abandoned", "at work"]
    why: str


def recover(production: ProductionSession, *, on_step: OnStep = ignore_progress) -> list[Recovered]:
    """Finish every promotion whose configuration was committed, and abandon the others.

    The configuration in production does not change. Raises Busy while a promotion is running.
    """
    with promotion_lock(production):
        return recover_others(production, on_step=on_step)


def recover_if_needed(
    production: ProductionSession, *, on_step: OnStep = ignore_progress
) -> list[Recovered]:
    """Recover if any promotion was left open.

    A plan that is made afterwards fits the state of production.
    """
    if not open_journals(production, current_promotion(production)):
        return []
    return recover(production, on_step=on_step)


def recover_others(
    production: ProductionSession,
    *,
    except_for: str | None = None,
    on_step: OnStep = ignore_progress,
) -> list[Recovered]:
    """Recover as `recover` does, for a caller that holds the lock already.

    `except_for` is the promotion of the caller itself, which is left alone.
    """
    current = current_promotion(production)
    journals = open_journals(production, current)
    left = [journal for journal in journals if journal.plan.promotion_id != except_for]
    return [_recover_one(journal, current, production, on_step) for journal in left]


def _recover_one(
    journal: Journal, current: str | None, production: ProductionSession, on_step: OnStep
) -> Recovered:
    promotion_id = journal.plan.promotion_id
    if was_committed(promotion_id, current, production):
        finalize(journal, production, on_step)
        why = "its configuration had come to production; the rest was done now"
        return Recovered(promotion_id=promotion_id, outcome="finished", why=why)
    if journal.opener.is_alive():
        why = f"process {journal.opener.pid} on {journal.opener.host} is at it, and waits its turn"
        return Recovered(promotion_id=promotion_id, outcome="at work", why=why)
    why = "its configuration never came to production; nothing of production had been changed"
    close(journal, production, outcome=ABANDONED, why=why)
    return Recovered(promotion_id=promotion_id, outcome="abandoned", why=why)


def was_committed(promotion_id: str, current: str | None, production: ProductionSession) -> bool:
    """Return whether the configuration of a promotion is in production, or was and was replaced.

    A promotion that replaced it was planned from it, which no other could be.
    """
    if promotion_id == current:
        return True
    return any(
        read_journal(other, production).plan.base.promotion_id == promotion_id
        for other, files in files_by_promotion(production).items()
        if other != promotion_id and "journal.json" in files
    )
