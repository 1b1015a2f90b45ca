"""Approval and refusal at the same moment: at least one of the two sees the other."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from fakes.faults.faulty_ports import Wire, meanwhile, over
from fakes.ports.object_store import FakeObjectStore
from fakes.promotions.production import fake_production
from fakes.promotions.promotions import FIRST, planned
from promotion.approval import approve, decline, waiting_plans
from promotion.production import ProductionSession
from promotion.protocol.journal import read_closing
from promotion.protocol.proposal import propose
from promotion.protocol.state import current_promotion
from promotion.records import Plan
from promotion.refusals import NotWaiting, PlanDeclined

LATEST = 200  # calls; neither makes as many


def proposed(production: ProductionSession) -> Plan:
    """Leave a plan for a second person."""
    plan = planned(production, FIRST).model_copy(update={"needs_second_person": True}).sealed()
    propose(plan, production)
    return plan


def heard(word: Callable[[], object]) -> bool:
    """Whether who says it believes that it counts."""
    with suppress(NotWaiting):
        word()
        return True
    return False


def outcomes(is_approved_first: bool) -> list[tuple[bool, bool, bool]]:
    """For each call of the one at which all of the other comes in between: whether the yes was
    heard, the no was, and the plan is in production."""
    found = []
    for number in range(LATEST):
        ada = fake_production()
        plan = proposed(ada)
        heards: list[bool] = []
        wire = Wire({number: meanwhile(lambda: heards.append(heard(second)))})  # noqa: B023
        yes: Any = partial(approve, plan.promotion_id)
        no: Any = partial(decline, plan.promotion_id, "no")
        first, other = (yes, no) if is_approved_first else (no, yes)
        people = replace(ada, who="grace@laptop"), replace(ada, who="joan@desk")
        second = partial(other, production=people[1])
        is_first = heard(partial(first, production=over(wire, people[0])))
        if number >= len(wire.calls):
            return found
        says = (is_first, *heards) if is_approved_first else (*heards, is_first)
        found.append((says[0], says[1], current_promotion(ada) == plan.promotion_id))
    raise AssertionError(LATEST)


@pytest.mark.parametrize("is_approved_first", [True, False])
def test_no_plan_is_in_production_to_which_somebody_said_no_and_was_heard(
    is_approved_first: bool,
) -> None:
    """Yes and no come at once, and each can be the one that is overtaken, at any of its calls."""
    found = set(outcomes(is_approved_first))

    assert found == {(True, False, True), (False, True, False)}


def test_a_no_that_arrives_after_the_journal_stops_the_plan_and_both_are_told() -> None:
    """Each looks before the other has written anything."""

    class Slow(FakeObjectStore):
        """The plan has come to its turn when the no arrives."""

        def write_once(self, bucket: str, key: str, data: bytes) -> None:
            arrives = partial(super().write_once, bucket, key, data)
            if not key.endswith("declined.json"):
                arrives()
                return
            grace = replace(ada, who="grace@laptop")
            with pytest.raises(PlanDeclined, match=r"^ada@workstation declined .*: too many"):
                approve(plan.promotion_id, production=grace, on_step=in_turn(arrives))

    ada = fake_production(objects=Slow())
    plan = proposed(ada)

    with pytest.raises(NotWaiting, match=r"Perhaps too late.*was abandoned.*Your no is kept"):
        decline(plan.promotion_id, "too many alarms", production=ada)

    assert current_promotion(ada) is None
    closing = read_closing(plan.promotion_id, ada)
    assert closing is not None
    assert closing.outcome == "abandoned"
    assert waiting_plans(ada) == []


def in_turn(happens: Callable[[], object]) -> Callable[[str], None]:
    """Something that happens when the journal is open and the lease is not held yet."""

    def on_step(step: str) -> None:
        if step == "waiting for the lease":
            happens()

    return on_step
