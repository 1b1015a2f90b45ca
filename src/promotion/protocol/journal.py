"""Journal: which promotions were begun, and how each of them ended."""

from foundation import locations
from foundation.errors import AlreadyExists, NotFound
from foundation.locations import uri
from foundation.stores.lease_owner import LeaseOwner
from promotion.production import ProductionSession
from promotion.records import Closing, Journal, Plan, read_record
from promotion.refusals import NotWaiting

PLAN, JOURNAL = "plan.json", "journal.json"
FINISHED, ABANDONED = "finished.json", "abandoned.json"


def open_journal(
    plan: Plan, production: ProductionSession, *, approved_by: str | None, audit_length: int
) -> Journal:
    """Write the intent before any other write; NotWaiting for a plan that was begun before."""
    now = production.now()
    journal = Journal(
        plan=plan,
        opened_by=production.who,
        opened_at=now,
        opener=LeaseOwner.of_this_process(now),
        approved_by=approved_by,
        audit_length=audit_length,
    )
    key = locations.promotion_key(plan.promotion_id, JOURNAL)
    try:
        production.objects.write_once(production.bucket, key, journal.to_json())
    except AlreadyExists:
        message = (
            f"Promotion {plan.promotion_id} was begun before. `ceap promotion recover` finishes or "
            "undoes what a crash left of it; `ceap promotion history` shows how it ended."
        )
        raise NotWaiting(message) from None
    return journal


def close(journal: Journal, production: ProductionSession, *, outcome: str, why: str) -> None:
    """Write how the promotion ended; an outcome that is written already stays."""
    closing = Closing(
        promotion_id=journal.plan.promotion_id,
        outcome="finished" if outcome == FINISHED else "abandoned",
        why=why,
        closed_by=production.who,
        closed_at=production.now(),
    )
    key = locations.promotion_key(journal.plan.promotion_id, outcome)
    try:
        production.objects.write_once(production.bucket, key, closing.to_json())
    except AlreadyExists:
        return  # a recovery closed it meanwhile: the first outcome stays


def read_journal(promotion_id: str, production: ProductionSession) -> Journal:
    """Read the journal of a promotion; NotFound for one that was never begun."""
    key = locations.promotion_key(promotion_id, JOURNAL)
    data = production.objects.read(production.bucket, key)
    return read_record(Journal, data, source=uri(production.bucket, key))


def files_by_promotion(production: ProductionSession) -> dict[str, set[str]]:
    """Return the names of the files of each promotion that was ever planned."""
    found: dict[str, set[str]] = {}
    for key in production.objects.keys(production.bucket, locations.PROMOTIONS):
        promotion_id, _, file = key.removeprefix(locations.PROMOTIONS).partition("/")
        found.setdefault(promotion_id, set()).add(file)
    return found


def open_journals(production: ProductionSession, current: str | None) -> list[Journal]:
    """Return the journals of promotions that were begun and not closed, oldest first.

    The promotion in production counts as begun even when it was abandoned: its commit was on its
    way when a recovery could not see it yet.
    """
    left = [
        promotion_id
        for promotion_id, files in files_by_promotion(production).items()
        if JOURNAL in files and FINISHED not in files
        and (ABANDONED not in files or promotion_id == current)
    ]  # fmt: skip
    journals = [read_journal(promotion_id, production) for promotion_id in left]
    return sorted(journals, key=lambda journal: journal.opened_at)


def read_closing(promotion_id: str, production: ProductionSession) -> Closing | None:
    """Read how a promotion ended; None while it has not."""
    for file in (FINISHED, ABANDONED):
        key = locations.promotion_key(promotion_id, file)
        try:
            data = production.objects.read(production.bucket, key)
        except NotFound:
            continue
        return read_record(Closing, data, source=uri(production.bucket, key))
    return None
