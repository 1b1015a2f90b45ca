"""Plan execution: a plan comes to production whole, or changes nothing and says why."""

from datetime import UTC, datetime
from typing import Any

import pytest

from fakes.ports.object_store import FakeObjectStore
from fakes.promotions.production import fake_production
from fakes.promotions.promotions import FIRST, SECOND, outcome_of, planned, promote, values
from fakes.promotions.stops import stopped_at
from foundation import locations
from foundation.errors import DigestMismatch, InvalidData, Unavailable
from foundation.production.config import read_production_config
from foundation.production.freeze import Freeze, Frozen
from promotion.audit.trail import AuditTrail
from promotion.production import ProductionSession
from promotion.protocol.execute_plan import execute_plan
from promotion.protocol.journal import files_by_promotion, open_journals
from promotion.protocol.state import current_promotion, projected, read_state
from promotion.records import GateResult
from promotion.refusals import (
    NotWaiting,
    PlanOutdated,
    PromotionLost,
    PromotionRefused,
    PromotionUnfinished,
)


def test_a_plan_is_in_every_place_afterwards(production: ProductionSession) -> None:
    plan = promote(production, FIRST)

    config = read_production_config(production.objects, production.settings)
    assert config == plan.config
    assert values(production) == projected(plan.config)
    assert outcome_of(plan.promotion_id, production) == "finished"
    assert open_journals(production, plan.promotion_id) == []


def test_the_history_tells_it_once(production: ProductionSession) -> None:
    plan = promote(production, FIRST, "it is better")

    trail = AuditTrail(production.objects, production.bucket, production.signer)
    (entry,) = trail.entries()
    assert trail.problems() == []
    assert entry.event.event_id == entry.event.promotion_id == plan.promotion_id
    assert (entry.event.who, entry.event.reason) == ("ada@workstation", "it is better")
    assert entry.event.config_digest == plan.config.digest


def test_who_stops_it_before_the_commit_is_told_that_nothing_changed(
    production: ProductionSession,
) -> None:
    plan = planned(production, FIRST)

    with pytest.raises(KeyboardInterrupt) as stopped:
        execute_plan(plan, production, on_step=stopped_at("committing the configuration"))

    assert "Production is unchanged" in stopped.value.__notes__[0]
    assert current_promotion(production) is None
    assert outcome_of(plan.promotion_id, production) == "abandoned"


def test_who_stops_it_after_the_commit_is_told_that_it_is_in_production(
    production: ProductionSession,
) -> None:
    plan = planned(production, FIRST)

    with pytest.raises(KeyboardInterrupt) as stopped:
        execute_plan(plan, production, on_step=stopped_at("archiving the configuration"))

    assert "is in production, whole" in stopped.value.__notes__[0]
    assert current_promotion(production) == plan.promotion_id
    assert outcome_of(plan.promotion_id, production) is None


def test_a_failure_after_the_commit_says_what_stands_and_what_to_do(
    production: ProductionSession,
) -> None:
    def on_step(step: str) -> None:
        if step == "adding to the history":
            message = "KMS is away"
            raise Unavailable(message)

    with pytest.raises(
        PromotionUnfinished, match=r"KMS is away\n.*in production, whole.*ceap promotion recover"
    ):
        execute_plan(planned(production, FIRST), production, on_step=on_step)


def test_who_was_recovered_and_replaced_meanwhile_is_told_so(production: ProductionSession) -> None:
    """It slept after its commit for so long that another finished it, and replaced it."""
    first = promote(production, FIRST)
    plan = planned(production, SECOND)

    def on_step(step: str) -> None:
        if step == "adding to the history":
            lost = production.objects.keys(production.bucket, locations.PROMOTION_LEASE)
            for key in lost:
                production.objects.delete(production.bucket, key)
            promote(production, FIRST, "back")
            message = "the network came back too late"
            raise Unavailable(message)

    with pytest.raises(PromotionUnfinished, match=r"came to production; .*back.* has replaced it"):
        execute_plan(plan, production, on_step=on_step)

    assert current_promotion(production) not in {first.promotion_id, plan.promotion_id}
    assert outcome_of(plan.promotion_id, production) == "finished"
    files = files_by_promotion(production)[plan.promotion_id]
    assert "abandoned.json" not in files


def test_a_promotion_finishes_what_a_crash_left_of_the_one_before(
    production: ProductionSession,
) -> None:
    left = planned(production, FIRST)
    with pytest.raises(KeyboardInterrupt):
        execute_plan(left, production, on_step=stopped_at("archiving the configuration"))

    plan = promote(production, SECOND)

    assert outcome_of(left.promotion_id, production) == "finished"
    entries = AuditTrail(production.objects, production.bucket, production.signer).entries()
    recorded = [entry.event.promotion_id for entry in entries]
    assert recorded == [left.promotion_id, plan.promotion_id]


def test_a_plan_from_before_that_was_finished_is_old(production: ProductionSession) -> None:
    """Its list of writes, old values and new, would not be true any more."""
    left = planned(production, FIRST)
    with pytest.raises(KeyboardInterrupt):
        execute_plan(left, production, on_step=stopped_at("projecting to Parameter Store"))
    plan = planned(production, SECOND)

    with pytest.raises(PlanOutdated):
        execute_plan(plan, production)

    assert outcome_of(left.promotion_id, production) == "finished"
    assert values(production) == projected(left.config)


def freeze(production: ProductionSession, reason: str = "an audit") -> None:
    found = Freeze(reason=reason, by="eve", at=datetime(2026, 11, 21, tzinfo=UTC))
    production.objects.write(production.bucket, locations.FREEZE, found.to_json())


def test_who_is_overtaken_while_waiting_gives_itself_up(production: ProductionSession) -> None:
    """The other one commits between this one's journal and its turn."""
    first = promote(production, FIRST)
    mine, theirs = planned(production, SECOND), planned(production, FIRST | {"seed": 8})

    def on_step(step: str) -> None:
        if step == "waiting for the lease":
            execute_plan(theirs, production)

    with pytest.raises(PromotionLost, match=theirs.promotion_id):
        execute_plan(mine, production, on_step=on_step)

    assert first.promotion_id != current_promotion(production) == theirs.promotion_id
    assert outcome_of(mine.promotion_id, production) == "abandoned"
    assert values(production) == projected(theirs.config)


def test_a_parameter_that_was_edited_meanwhile_makes_the_plan_old(
    production: ProductionSession,
) -> None:
    promote(production, FIRST)
    plan = planned(production, SECOND)
    name = locations.hyperparameter_name("max_depth")
    production.parameters.write(name, "99")

    with pytest.raises(PlanOutdated, match=r"a parameter in Parameter Store.*Plan again"):
        execute_plan(plan, production)

    assert values(production)[name] == "99"


def test_a_configuration_that_was_written_again_makes_the_plan_old(
    production: ProductionSession,
) -> None:
    promote(production, FIRST)
    plan = planned(production, SECOND)
    data = read_state(production).data or b""
    production.objects.write(production.bucket, locations.PRODUCTION_CONFIG, data + b"# hello\n")

    with pytest.raises(PlanOutdated, match="written again by hand"):
        execute_plan(plan, production)


def test_a_file_that_was_edited_by_hand_is_not_promoted_over(production: ProductionSession) -> None:
    promote(production, FIRST)
    plan = planned(production, SECOND)
    data = (read_state(production).data or b"").replace(b"max_depth: 7", b"max_depth: 8")
    production.objects.write(production.bucket, locations.PRODUCTION_CONFIG, data)

    with pytest.raises(DigestMismatch, match="ceap promotion verify --repair"):
        execute_plan(plan, production)

    assert production.objects.read(production.bucket, locations.PRODUCTION_CONFIG) == data


@pytest.mark.parametrize(
    "changed", [{"reason": "another"}, {"retrain": True}, {"gates": []}, {"digest": "0" * 64}]
)
def test_a_plan_that_was_changed_after_it_was_made_is_refused(
    production: ProductionSession, changed: dict[str, Any]
) -> None:
    plan = planned(production, FIRST).model_copy(update=changed)

    with pytest.raises(InvalidData, match=r"is not the one that was made.*Production is unchanged"):
        execute_plan(plan, production)

    assert current_promotion(production) is None
    assert production.objects.keys(production.bucket, "") == []


def test_the_same_plan_is_carried_out_once(production: ProductionSession) -> None:
    plan = promote(production, FIRST)
    before = dict(read_state(production).parameters)

    with pytest.raises((NotWaiting, PlanOutdated, PromotionLost)):
        execute_plan(plan, production)

    assert read_state(production).parameters == before


def test_nothing_is_begun_while_production_is_frozen(production: ProductionSession) -> None:
    plan = planned(production, FIRST)
    freeze(production)

    with pytest.raises(Frozen, match="eve"):
        execute_plan(plan, production)

    assert files_by_promotion(production) == {}


def test_a_freeze_stops_who_waits_already(production: ProductionSession) -> None:
    plan = planned(production, FIRST)

    def on_step(step: str) -> None:
        if step == "waiting for the lease":
            freeze(production)

    with pytest.raises(Frozen, match="eve"):
        execute_plan(plan, production, on_step=on_step)

    assert current_promotion(production) is None
    assert outcome_of(plan.promotion_id, production) == "abandoned"


def test_a_refusal_is_heard_though_nothing_can_be_written_any_more() -> None:
    class Losing(FakeObjectStore):
        def write_once(self, bucket: str, key: str, data: bytes) -> None:
            if key.endswith("abandoned.json"):
                message = "nobody answers"
                raise Unavailable(message)
            super().write_once(bucket, key, data)

    production = fake_production(objects=Losing())
    mine, theirs = planned(production, SECOND), planned(production, FIRST)

    def on_step(step: str) -> None:
        if step == "waiting for the lease":
            execute_plan(theirs, production)

    with pytest.raises(PromotionLost, match=theirs.promotion_id):
        execute_plan(mine, production, on_step=on_step)


def test_nobody_carries_out_what_the_gates_stopped_and_nobody_forced(
    production: ProductionSession,
) -> None:
    stopped = GateResult(gate="floors", verdict="fail", reason="Average precision is 0.1.")
    plan = planned(production, FIRST).model_copy(update={"gates": [stopped]}).sealed()

    with pytest.raises(PromotionRefused, match=r"floors: Average precision is 0\.1"):
        execute_plan(plan, production)
    execute_plan(plan.model_copy(update={"forced": True}).sealed(), production)

    assert current_promotion(production) == plan.promotion_id


@pytest.mark.parametrize("agreed", [None, "ada@workstation"])
def test_nobody_carries_out_what_waits_for_a_second_person(
    production: ProductionSession, agreed: str | None
) -> None:
    plan = planned(production, FIRST).model_copy(update={"needs_second_person": True}).sealed()

    with pytest.raises(NotWaiting, match="waits for somebody else than ada@workstation"):
        execute_plan(plan, production, approved_by=agreed)

    assert current_promotion(production) is None
    assert "journal.json" not in files_by_promotion(production).get(plan.promotion_id, set())
