"""Killed promotions: a process that died at a step, and what is left of it."""

import pytest

from foundation import locations
from foundation.stores.lease_owner import LeaseOwner
from promotion.audit.trail import AuditTrail
from promotion.production import ProductionSession
from promotion.protocol.execute_plan import execute_plan
from promotion.protocol.journal import (
    files_by_promotion,
    open_journal,
    read_journal,
)
from promotion.records import Journal, Plan


class Killed(BaseException):
    """The process was killed: it can do nothing more, not even say so."""


def killed_at(step: str, plan: Plan, production: ProductionSession) -> None:
    """Carry it out as a process that is killed when this step begins."""
    frozen: dict[tuple[str, str], bytes] = {}
    objects = production.objects.objects  # type: ignore[attr-defined]

    def on_step(now: str) -> None:
        if now == step:
            frozen.update(objects)
            raise Killed

    with pytest.raises(Killed):
        execute_plan(plan, production, on_step=on_step)
    objects.clear()
    objects.update(frozen)  # what it said about itself on the way out was never said
    bury(plan.promotion_id, production)


def bury(promotion_id: str, production: ProductionSession) -> None:
    """Make the process dead that opened the journal, and the owner of the lease."""
    for key in production.objects.keys(production.bucket, locations.PROMOTION_LEASE):
        owner = LeaseOwner.model_validate_json(production.objects.read(production.bucket, key))
        dead = owner.model_copy(update={"process_started": 0.0})
        production.objects.write(production.bucket, key, dead.to_json())
    if "journal.json" in files_by_promotion(production).get(promotion_id, set()):
        journal = read_journal(promotion_id, production)
        dead = journal.opener.model_copy(update={"process_started": 0.0})
        kept = journal.model_copy(update={"opener": dead})
        key = locations.promotion_key(promotion_id, "journal.json")
        production.objects.write(production.bucket, key, kept.to_json())


def begun(plan: Plan, production: ProductionSession) -> Journal:
    return open_journal(plan, production, approved_by=None, audit_length=0)


def promotions_in_history(production: ProductionSession) -> list[str | None]:
    trail = AuditTrail(production.objects, production.bucket, production.signer)
    assert trail.problems() == []
    return [entry.event.promotion_id for entry in trail.entries()]


def all_kept(production: ProductionSession) -> dict[str, bytes]:
    keys = production.objects.keys(production.bucket, "")
    return {
        key: production.objects.read(production.bucket, key)
        for key in keys
        if not key.startswith(locations.PROMOTION_LEASE)
    }
