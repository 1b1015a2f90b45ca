"""Freezes for tests: a production that stands still in time, and what is told of it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from fakes.ports.object_store import FakeObjectStore
from fakes.promotions.production import fake_production
from foundation.production.freeze import Freeze, current_freeze
from promotion.audit.trail import AuditEntry, AuditTrail
from promotion.freeze import freeze
from promotion.production import ProductionSession

AT = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)


def open_at(when: datetime = AT, **fields: Any) -> ProductionSession:
    return fake_production(now=lambda: when, **fields)


def frozen_now(production: ProductionSession) -> Freeze | None:
    return current_freeze(production.objects, production.settings)


def recorded_freezes(production: ProductionSession) -> list[tuple[str, str, str]]:
    events = [entry.event for entry in entries(production)]
    return [(event.kind, event.who, event.reason) for event in events]


def entries(production: ProductionSession) -> list[AuditEntry]:
    return trail(production).entries()


def trail(production: ProductionSession) -> AuditTrail:
    return AuditTrail(production.objects, production.bucket, production.signer)


def frozen_production(reason: str = "fraud ring", **fields: Any) -> ProductionSession:
    production = open_at(**fields)
    freeze(production, reason=reason)
    return production


def same_world(production: ProductionSession, **fields: Any) -> ProductionSession:
    """What was left, as somebody finds it whose calls all arrive."""
    objects = FakeObjectStore()
    objects.objects = production.objects.objects
    return replace(production, objects=objects, **fields)
