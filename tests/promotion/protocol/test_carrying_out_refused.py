"""Carrying out, refused: who was first is named, what changed is said, and nothing is written."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from fakes.object_store import FakeObjectStore
from fakes.production import fake_production
from fakes.promotions import FIRST, SECOND, outcome_of, planned, promote, values
from fakes.stops import stopped_at
from foundation import locations
from foundation.errors import DigestMismatch, InvalidData, Unavailable
from foundation.production.freeze import Freeze, Frozen
from promotion.production import ProductionSession
from promotion.protocol.execute_plan import execute_plan
from promotion.protocol.journal import files_by_promotion
from promotion.protocol.state import current_promotion, projected, read_state
from promotion.records import GateResult
from promotion.refusals import NotWaiting, PlanOutdated, PromotionLost, PromotionRefused


def freeze(production: ProductionSession, reason: str = "an audit") -> None:
    found = Freeze(reason=reason, by="eve", at=datetime(2026, 11, 21, tzinfo=UTC))
    production.objects.write(production.bucket, locations.FREEZE, found.to_json())


def test_who_was_second_is_told_who_was_first_and_changes_nothing(
    production: ProductionSession,
) -> None:
    promote(production, FIRST)
    grace = replace(production, who="grace@laptop")
    mine, theirs = planned(production, SECOND), planned(grace, FIRST | {"seed": 8}, "a new seed")
    execute_plan(theirs, grace)
    before = values(production)

    with pytest.raises(PromotionLost, match=r"by grace@laptop.*a new seed.*changed nothing"):
        execute_plan(mine, production)

    assert current_promotion(production) == theirs.promotion_id
    assert values(production) == before
    assert "journal.json" not in files_by_promotion(production).get(mine.promotion_id, set())


def test_who_is_overtaken_while_waiting_gives_itself_up(production: ProductionSession) -> None:
    """The other one commits between this one's journal and its turn."""
    first = promote(production, FIRST)
    mine, theirs = planned(production, SECOND), planned(production, FIRST | {"seed": 8})

    def told(step: str) -> None:
        if step == "waiting for the lease":
            execute_plan(theirs, production)

    with pytest.raises(PromotionLost, match=theirs.promotion_id):
        execute_plan(mine, production, on_step=told)

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


def test_a_file_that_is_edited_at_the_last_moment_is_named(production: ProductionSession) -> None:
    promote(production, FIRST)
    plan = planned(production, SECOND)

    def told(step: str) -> None:
        if step == "committing the configuration":
            production.objects.write(production.bucket, locations.PRODUCTION_CONFIG, b"algorithm:")

    with pytest.raises(PromotionLost, match="a file that somebody edited by hand"):
        execute_plan(plan, production, on_step=told)

    assert outcome_of(plan.promotion_id, production) == "abandoned"


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


def test_a_plan_that_was_begun_before_is_not_begun_again(production: ProductionSession) -> None:
    plan = planned(production, FIRST)
    with pytest.raises(KeyboardInterrupt):
        execute_plan(plan, production, on_step=stopped_at("waiting for the lease"))

    with pytest.raises(NotWaiting, match="was begun before"):
        execute_plan(plan, production)

    assert current_promotion(production) is None


def test_nothing_is_begun_while_production_is_frozen(production: ProductionSession) -> None:
    plan = planned(production, FIRST)
    freeze(production)

    with pytest.raises(Frozen, match="eve"):
        execute_plan(plan, production)

    assert files_by_promotion(production) == {}


def test_a_freeze_stops_who_waits_already(production: ProductionSession) -> None:
    plan = planned(production, FIRST)

    def told(step: str) -> None:
        if step == "waiting for the lease":
            freeze(production)

    with pytest.raises(Frozen, match="eve"):
        execute_plan(plan, production, on_step=told)

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

    def told(step: str) -> None:
        if step == "waiting for the lease":
            execute_plan(theirs, production)

    with pytest.raises(PromotionLost, match=theirs.promotion_id):
        execute_plan(mine, production, on_step=told)


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
