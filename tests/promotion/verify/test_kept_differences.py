"""Kept differences: history, archive and backups are checked, and what cannot be repaired stays."""

from datetime import UTC, datetime

from fakes.promotions.edits_by_hand import edited, put, removed, trail
from foundation import locations
from foundation.production.config import read_production_config, sealed, to_yaml
from foundation.production.freeze import Freeze
from promotion.production import ProductionSession
from promotion.protocol.state import current_promotion
from promotion.records import Plan
from promotion.verify.verification import repair, verify


def test_a_changed_entry_is_named_and_stays(production: ProductionSession, plan: Plan) -> None:
    key = locations.audit_entry_key(1)
    edited(production, key, b"ada@workstation", b"eve@workstation")

    found = repair(production)

    assert any(key in each.what and "cannot be repaired" in each.what for each in found)
    assert read_production_config(production.objects, production.settings) == plan.config


def test_a_last_entry_that_is_gone_is_missed(production: ProductionSession, plan: Plan) -> None:
    """A chain is sound without its end; what is in production says that there was one."""
    removed(production, locations.audit_entry_key(2))
    assert trail(production).problems() == []

    found = repair(production)

    assert any(f"is of {plan.promotion_id}: its entry is missing" in each.what for each in found)
    assert current_promotion(production) == plan.promotion_id


def test_an_archived_stranger_is_named(production: ProductionSession, plan: Plan) -> None:
    fields = plan.config.model_dump(exclude={"digest"}) | {"promotion_id": "promotion-of-eve"}
    put(production, locations.archived_config_key("promotion-of-eve"), to_yaml(sealed(**fields)))

    [found] = repair(production)

    assert "vouches for no such promotion" in found.what


def test_a_backup_that_is_gone_is_named(production: ProductionSession, plan: Plan) -> None:
    key = locations.backup_key(plan.promotion_id)
    removed(production, key)

    [found] = repair(production)

    assert found.place.endswith(key)
    assert "cannot be repaired" in found.what


def test_a_freeze_that_somebody_removed_by_hand_is_named(
    production: ProductionSession, plan: Plan
) -> None:
    frozen = Freeze(reason="an audit", by="eve", at=datetime(2026, 11, 21, tzinfo=UTC))
    put(production, locations.FREEZE, frozen.to_json())

    [found] = verify(production)

    assert found.place.endswith(locations.FREEZE)
    assert "an audit" in found.what
