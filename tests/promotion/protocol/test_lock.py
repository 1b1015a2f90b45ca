"""Promotion lock: one at a time, and whoever waits for too long changes nothing."""

import pytest

from fakes.promotions.promotions import FIRST, outcome_of, planned
from foundation import locations
from foundation.stores.lease import Busy, hold_lease
from promotion.production import ProductionSession
from promotion.protocol.execute_plan import execute_plan
from promotion.protocol.lock import promotion_lock
from promotion.protocol.state import current_promotion
from promotion.refusals import PromotionUnfinished


def test_who_finds_another_at_work_for_too_long_changes_nothing(
    production: ProductionSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("promotion.protocol.lock.PATIENCE_SECONDS", 0.0)
    plan = planned(production, FIRST)
    place = production.bucket, locations.PROMOTION_LEASE

    with (
        hold_lease(production.objects, *place, what="Promotion"),
        pytest.raises(PromotionUnfinished, match=r"Busy: .*\n.*Production is unchanged"),
    ):
        execute_plan(plan, production)

    assert current_promotion(production) is None
    assert outcome_of(plan.promotion_id, production) == "abandoned"


def test_of_two_only_one_holds_the_lock(production: ProductionSession) -> None:
    with promotion_lock(production), pytest.raises(Busy), promotion_lock(production, 0.0):
        pass
    with promotion_lock(production, 0.0) as lease:
        lease.require_held()
