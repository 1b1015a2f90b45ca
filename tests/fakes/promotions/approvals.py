"""Plans that wait for a second person."""

from datetime import timedelta
from typing import Any

from fakes.promotions.promotions import planned
from foundation import locations
from promotion.production import ProductionSession
from promotion.protocol.proposal import propose
from promotion.records import Plan

EXPIRES = timedelta(hours=72)


def proposed(production: ProductionSession, candidate: dict[str, Any], **changed: Any) -> Plan:
    """Leave a plan for a second person."""
    waiting = {"needs_second_person": True, "expires_at": production.now() + EXPIRES}
    plan = planned(production, candidate).model_copy(update=waiting | changed).sealed()
    propose(plan, production)
    return plan


def kept_file(promotion_id: str, file: str, production: ProductionSession) -> bytes:
    key = locations.promotion_key(promotion_id, file)
    return production.objects.read(production.bucket, key)
