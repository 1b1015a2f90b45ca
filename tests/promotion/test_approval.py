"""Approval: another person approves one plan, before it expires, and it is executed once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fakes.ports.object_store import FakeObjectStore
from fakes.promotions.approvals import kept_file, proposed
from fakes.promotions.production import fake_production
from fakes.promotions.promotions import FIRST, SECOND, promote
from foundation import locations
from foundation.errors import InvalidData, InvalidParams
from promotion.approval import approve, decline, waiting_plans
from promotion.audit.trail import AuditTrail
from promotion.production import ProductionSession
from promotion.protocol.journal import read_closing, read_journal
from promotion.protocol.state import current_promotion
from promotion.records import Approval
from promotion.refusals import ApprovalExpired, NotWaiting, PromotionLost, SamePerson


def test_a_plan_that_somebody_else_agrees_to_is_in_production(
    ada: ProductionSession, grace: ProductionSession
) -> None:
    plan = proposed(ada, FIRST)

    found = approve(plan.promotion_id, production=grace)

    assert (found.status, found.plan) == ("promoted", plan)
    assert current_promotion(ada) == plan.promotion_id
    approval = Approval.model_validate_json(kept_file(plan.promotion_id, "approval.json", ada))
    assert (approval.approved_by, approval.plan_digest) == ("grace@laptop", plan.digest)


def test_the_history_names_both_persons(ada: ProductionSession, grace: ProductionSession) -> None:
    plan = proposed(ada, FIRST)
    approve(plan.promotion_id, production=grace)

    (entry,) = AuditTrail(ada.objects, ada.bucket, ada.signer).entries()
    assert (entry.event.who, entry.event.approved_by) == ("ada@workstation", "grace@laptop")
    assert read_journal(plan.promotion_id, ada).opened_by == "grace@laptop"


def test_nobody_agrees_with_himself(ada: ProductionSession) -> None:
    plan = proposed(ada, FIRST)

    with pytest.raises(SamePerson, match="somebody else has to agree"):
        approve(plan.promotion_id, production=ada)

    assert current_promotion(ada) is None
    assert waiting_plans(ada) == [plan]


def test_those_that_wait_are_listed_oldest_first(ada: ProductionSession) -> None:
    noon = datetime.now(UTC)
    plans = [
        proposed(ada, FIRST, proposed_at=noon + timedelta(minutes=minute)) for minute in (2, 0, 1)
    ]

    assert waiting_plans(ada) == [plans[1], plans[2], plans[0]]


def test_what_needs_no_second_person_waits_for_nobody(
    ada: ProductionSession, grace: ProductionSession
) -> None:
    plan = proposed(ada, FIRST, needs_second_person=False)

    assert waiting_plans(ada) == []
    with pytest.raises(NotWaiting, match="waits for nobody's word"):
        approve(plan.promotion_id, production=grace)


@pytest.mark.parametrize("name", ["promotion-nobody-made", "", "promotion"])
def test_a_plan_that_nobody_made_is_not_approved(grace: ProductionSession, name: str) -> None:
    with pytest.raises(NotWaiting, match="ceap promotion waiting"):
        approve(name, production=grace)


def test_a_plan_expires(ada: ProductionSession, grace: ProductionSession) -> None:
    plan = proposed(ada, FIRST)
    assert plan.expires_at is not None
    expires_at = plan.expires_at
    late, in_time = (
        replace(grace, now=lambda seconds=seconds: expires_at - timedelta(seconds=seconds))
        for seconds in (0, 1)
    )

    assert waiting_plans(late) == []
    assert waiting_plans(in_time) == [plan]
    with pytest.raises(ApprovalExpired, match=r"expired at .*Production is unchanged"):
        approve(plan.promotion_id, production=late)
    assert current_promotion(ada) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"reason": "better"', b'"reason": "worse!"'),
        (b'"max_depth": 7', b'"max_depth": 8'),
        (b'"proposed_by": "ada', b'"proposed_by": "eve'),
        (b'"format"', b'"formal"'),
    ],
)
def test_a_plan_that_was_changed_is_not_carried_out(
    ada: ProductionSession, grace: ProductionSession, old: bytes, new: bytes
) -> None:
    plan = proposed(ada, FIRST)
    data = kept_file(plan.promotion_id, "plan.json", ada)
    assert old in data
    ada.objects.write(
        ada.bucket, locations.promotion_key(plan.promotion_id, "plan.json"), data.replace(old, new)
    )

    with pytest.raises(InvalidData, match=r"is not the one that was made.*ceap promotion decline"):
        approve(plan.promotion_id, production=grace)

    assert current_promotion(ada) is None
    decline(plan.promotion_id, "it was changed", production=grace)
    assert waiting_plans(ada) == []


def test_a_word_about_another_plan_does_not_count(
    ada: ProductionSession, grace: ProductionSession
) -> None:
    plan = proposed(ada, FIRST)

    with pytest.raises(InvalidData, match="not the one that was shown"):
        approve(plan.promotion_id, plan_digest="0" * 64, production=grace)
    assert current_promotion(ada) is None

    approve(plan.promotion_id, plan_digest=plan.digest, production=grace)
    assert current_promotion(ada) == plan.promotion_id


def test_a_plan_is_approved_once(ada: ProductionSession, grace: ProductionSession) -> None:
    plan = proposed(ada, FIRST)
    approve(plan.promotion_id, production=grace)

    with pytest.raises(NotWaiting, match="was begun: it was finished"):
        approve(plan.promotion_id, production=replace(ada, who="joan@desk"))

    assert waiting_plans(ada) == []


def test_a_plan_whose_production_has_changed_is_not_agreed_to(
    ada: ProductionSession, grace: ProductionSession
) -> None:
    plan = proposed(ada, FIRST)
    winner = promote(ada, SECOND)

    with pytest.raises(PromotionLost, match=winner.promotion_id):
        approve(plan.promotion_id, production=grace)

    assert current_promotion(ada) == winner.promotion_id
    assert not ada.objects.exists(
        ada.bucket, locations.promotion_key(plan.promotion_id, "approval.json")
    )


class StoppedBeforeTheJournal(FakeObjectStore):
    """Whose user presses stop, once, between the approval and the journal."""

    is_stopped = False

    def write_once(self, bucket: str, key: str, data: bytes) -> None:
        if key.endswith("journal.json") and not self.is_stopped:
            self.is_stopped = True
            raise KeyboardInterrupt
        super().write_once(bucket, key, data)


def test_who_was_interrupted_approves_again_and_it_goes_on() -> None:
    ada = fake_production(objects=StoppedBeforeTheJournal())
    grace = replace(ada, who="grace@laptop")
    plan = proposed(ada, FIRST)
    with pytest.raises(KeyboardInterrupt):
        approve(plan.promotion_id, production=grace)
    assert waiting_plans(ada) == [plan]

    with pytest.raises(NotWaiting, match=r"grace@laptop agreed.*the same person approves again"):
        approve(plan.promotion_id, production=replace(ada, who="joan@desk"))
    assert current_promotion(ada) is None

    assert approve(plan.promotion_id, production=grace).status == "promoted"
    assert current_promotion(ada) == plan.promotion_id


def test_a_plan_that_was_declined_waits_no_longer(
    ada: ProductionSession, grace: ProductionSession
) -> None:
    plan = proposed(ada, FIRST)

    decline(plan.promotion_id, "too many false alarms", production=grace)

    assert waiting_plans(ada) == []
    with pytest.raises(NotWaiting, match=r"grace@laptop declined .*too many false alarms"):
        approve(plan.promotion_id, production=grace)
    with pytest.raises(NotWaiting, match="grace@laptop declined"):
        decline(plan.promotion_id, "again", production=ada)
    assert current_promotion(ada) is None
    assert read_closing(plan.promotion_id, ada) is None


def test_the_proposer_may_take_a_plan_back(ada: ProductionSession) -> None:
    plan = proposed(ada, FIRST)
    decline(plan.promotion_id, "I found a better one", production=ada)
    assert waiting_plans(ada) == []


def test_what_is_in_production_cannot_be_declined(
    ada: ProductionSession, grace: ProductionSession
) -> None:
    plan = proposed(ada, FIRST)
    approve(plan.promotion_id, production=grace)

    with pytest.raises(NotWaiting, match="was finished"):
        decline(plan.promotion_id, "too late", production=ada)


def test_nothing_is_declined_without_a_reason(ada: ProductionSession) -> None:
    plan = proposed(ada, FIRST)
    with pytest.raises(InvalidParams, match="reason"):
        decline(plan.promotion_id, "  ", production=ada)
    assert waiting_plans(ada) == [plan]


@pytest.mark.parametrize("name", ["promotion-nobody-made", ""])
def test_a_plan_that_nobody_made_is_not_declined(ada: ProductionSession, name: str) -> None:
    with pytest.raises(NotWaiting, match="No plan is called"):
        decline(name, "no", production=ada)
    assert ada.objects.keys(ada.bucket, "") == []
