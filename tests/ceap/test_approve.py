"""Agreeing: nobody is asked about what cannot be agreed to, and who agrees has seen everything."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ceap.approve import approve_plan
from fakes.promotions.evidence import EVIDENCE
from fakes.promotions.production import fake_production
from fakes.promotions.promotions import FIRST, SECOND, planned
from foundation import locations
from foundation.errors import FraudDetectionError, InvalidData
from promotion.approval import decline
from promotion.production import ProductionSession
from promotion.protocol.proposal import propose
from promotion.protocol.state import current_promotion
from promotion.records import Plan
from promotion.refusals import ApprovalExpired, NotWaiting, SamePerson

Output = pytest.CaptureFixture[str]


@pytest.fixture
def ada() -> ProductionSession:
    return fake_production(who="ada@workstation")


@pytest.fixture
def grace(ada: ProductionSession) -> ProductionSession:
    return replace(ada, who="grace@laptop")


def proposed(
    production: ProductionSession, candidate: dict[str, Any] = FIRST, **changed: Any
) -> Plan:
    asked = {"needs_second_person": True, "evidence": EVIDENCE}
    plan = planned(production, candidate).model_copy(update=asked | changed).sealed()
    propose(plan, production)
    return plan


def test_who_agrees_has_seen_everything_before(
    ada: ProductionSession,
    grace: ProductionSession,
    capsys: Output,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "220")
    plan = proposed(ada)
    found = approve_plan(plan.promotion_id, grace, yes=True)

    assert found.status == "promoted"
    assert current_promotion(ada) == plan.promotion_id
    said = capsys.readouterr().out
    for word in ("0.8123", "0.7001", "-23.75", "flagged newly", EVIDENCE["picked"], "waits for"):
        assert word in said
    assert "dry run" not in said


def refusal(kind: type[FraudDetectionError], promotion_id: str, who: ProductionSession) -> str:
    """What is said instead of asking."""
    with pytest.raises(kind) as refused:
        approve_plan(promotion_id, who)  # it would wait for an answer if it asked
    return str(refused.value)


def test_a_plan_that_nobody_knows_is_refused_with_the_way_to_those_that_wait(
    grace: ProductionSession,
) -> None:
    said = refusal(NotWaiting, "promotion-x", grace)
    assert "No plan is called 'promotion-x'" in said
    assert "ceap promotion waiting" in said


def test_nobody_is_asked_about_a_plan_of_his_own(ada: ProductionSession, capsys: Output) -> None:
    assert "somebody else" in refusal(SamePerson, proposed(ada).promotion_id, ada)
    assert capsys.readouterr().out == ""


def test_nobody_is_asked_about_what_waits_no_longer(
    ada: ProductionSession, grace: ProductionSession
) -> None:
    late = proposed(ada, expires_at=ada.now() - timedelta(hours=1))
    assert "expired" in refusal(ApprovalExpired, late.promotion_id, grace)

    declined = proposed(ada, SECOND)
    decline(declined.promotion_id, "not in the holidays", production=grace)
    assert "not in the holidays" in refusal(NotWaiting, declined.promotion_id, grace)

    done = proposed(ada)
    approve_plan(done.promotion_id, grace, yes=True)
    assert "begun" in refusal(NotWaiting, done.promotion_id, grace)


def test_a_plan_that_somebody_changed_is_not_even_shown(
    ada: ProductionSession, grace: ProductionSession, capsys: Output
) -> None:
    plan = proposed(ada)
    key = locations.promotion_key(plan.promotion_id, "plan.json")
    told = json.loads(plan.to_json()) | {"reason": "another"}
    ada.objects.write(ada.bucket, key, json.dumps(told).encode())

    refusal(InvalidData, plan.promotion_id, grace)
    assert capsys.readouterr().out == ""
    assert current_promotion(ada) is None
