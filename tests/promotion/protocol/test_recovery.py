"""Recovery: what was left open is finished or abandoned, by anyone, as often as they like."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fakes.promotions.killed_promotions import (
    all_kept,
    begun,
    bury,
    killed_at,
    promotions_in_history,
)
from fakes.promotions.promotions import FIRST, SECOND, planned, promote
from foundation import locations
from foundation.stores.lease import Busy, hold_lease
from promotion.audit.trail import AuditTrail
from promotion.production import ProductionSession
from promotion.protocol.commit import commit
from promotion.protocol.execute_plan import execute_plan
from promotion.protocol.journal import (
    ABANDONED,
    close,
    read_closing,
)
from promotion.protocol.recovery import Recovered, recover, recover_if_needed, recover_others
from promotion.protocol.state import current_promotion, projected, read_state

STEPS = (
    "checking permissions",
    "opening the journal",
    "backing up what is in production",
    "waiting for the lease",
    "committing the configuration",
    "projecting to Parameter Store",
    "archiving the configuration",
    "pointing the aliases of the model registry",
    "adding to the history",
)
BEFORE_THE_JOURNAL, BEFORE_THE_COMMIT = STEPS[:2], STEPS[2:5]


def outcomes(recovered: list[Recovered]) -> dict[str, str]:
    return {each.promotion_id: each.outcome for each in recovered}


def test_where_nothing_was_left_nothing_is_done(production: ProductionSession) -> None:
    assert recover(production) == []
    promote(production, FIRST)
    assert recover(production) == []
    assert recover_if_needed(production) == []


@pytest.mark.parametrize("step", STEPS)
def test_wherever_it_was_killed_it_is_finished_or_given_up(
    production: ProductionSession, step: str
) -> None:
    first, second = promote(production, FIRST), planned(production, SECOND)
    killed_at(step, second, production)

    found = outcomes(recover(production))

    is_new = step not in (*BEFORE_THE_JOURNAL, *BEFORE_THE_COMMIT)
    expected = second if is_new else first
    assert current_promotion(production) == expected.promotion_id
    values = {name: each.value for name, each in read_state(production).parameters.items()}
    assert values == projected(expected.config)
    champion = production.registry.version_at("champion")
    assert champion == production.registry.version_of(expected.promotion_id)
    assert promotions_in_history(production) == [
        first.promotion_id,
        *([second.promotion_id] * is_new),
    ]
    if step not in BEFORE_THE_JOURNAL:
        assert found == {second.promotion_id: "finished" if is_new else "abandoned"}


@pytest.mark.parametrize("step", STEPS)
def test_recovering_twice_is_recovering_once(production: ProductionSession, step: str) -> None:
    promote(production, FIRST)
    killed_at(step, planned(production, SECOND), production)
    recover(production)
    before, parameters = all_kept(production), read_state(production).parameters

    assert recover(production) == []

    assert all_kept(production) == before
    assert read_state(production).parameters == parameters


def test_anybody_may_finish_it_and_the_history_names_who_asked_for_it(
    production: ProductionSession,
) -> None:
    plan = planned(production, FIRST)
    killed_at("adding to the history", plan, production)

    recover(replace(production, who="grace@laptop"))

    trail = AuditTrail(production.objects, production.bucket, production.signer)
    (entry,) = trail.entries()
    assert entry.event.who == "ada@workstation"
    closing = read_closing(plan.promotion_id, production)
    assert closing is not None
    assert closing.closed_by == "grace@laptop"


def test_a_promotion_that_waits_its_turn_is_left_alone(production: ProductionSession) -> None:
    waiting = planned(production, FIRST)
    begun(waiting, production)

    (found,) = recover(production)

    assert (found.promotion_id, found.outcome) == (waiting.promotion_id, "at work")
    assert read_closing(waiting.promotion_id, production) is None


def test_a_promotion_that_waited_goes_on_after_others_recovered(
    production: ProductionSession,
) -> None:
    plan = planned(production, FIRST)

    def on_step(step: str) -> None:
        if step == "waiting for the lease":
            assert outcomes(recover(production)) == {plan.promotion_id: "at work"}

    execute_plan(plan, production, on_step=on_step)

    assert current_promotion(production) == plan.promotion_id


def test_a_process_that_nobody_heard_of_for_long_is_given_up(production: ProductionSession) -> None:
    long_ago = replace(production, now=lambda: datetime.now(UTC) - timedelta(minutes=5))
    plan = planned(production, FIRST)
    begun(plan, long_ago)

    assert outcomes(recover(production)) == {plan.promotion_id: "abandoned"}
    closing = read_closing(plan.promotion_id, production)
    assert closing is not None
    assert "never came to production" in closing.why


def test_while_a_promotion_is_at_work_nobody_recovers(
    production: ProductionSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("promotion.protocol.lock.PATIENCE_SECONDS", 0.0)
    place = production.bucket, locations.PROMOTION_LEASE

    with hold_lease(production.objects, *place, what="Promotion"), pytest.raises(Busy):
        recover(production)


def test_what_was_given_up_and_came_to_production_all_the_same_is_finished(
    production: ProductionSession,
) -> None:
    """Its write was on its way while somebody who could not see it recovered."""
    plan = planned(production, FIRST)
    journal = begun(plan, production)
    close(journal, production, outcome=ABANDONED, why="nobody saw it")
    commit(plan, production)

    assert outcomes(recover(production)) == {plan.promotion_id: "finished"}
    assert promotions_in_history(production) == [plan.promotion_id]
    closing = read_closing(plan.promotion_id, production)
    assert closing is not None
    assert closing.outcome == "finished"


def test_what_was_replaced_before_it_was_finished_is_remembered(
    production: ProductionSession,
) -> None:
    first = planned(production, FIRST)
    begun(first, production)
    commit(first, production)
    second = planned(production, SECOND)
    begun(second, production)
    commit(second, production)

    found = outcomes(recover(production))

    assert found == {first.promotion_id: "finished", second.promotion_id: "finished"}
    assert promotions_in_history(production) == [first.promotion_id, second.promotion_id]
    values = {name: each.value for name, each in read_state(production).parameters.items()}
    assert values == projected(second.config)


def test_one_promotion_never_recovers_itself(production: ProductionSession) -> None:
    mine, other = planned(production, FIRST), planned(production, SECOND)
    for plan in (mine, other):
        begun(plan, production)
        bury(plan.promotion_id, production)

    found = recover_others(production, except_for=mine.promotion_id)

    assert outcomes(found) == {other.promotion_id: "abandoned"}


@pytest.mark.parametrize("finish", [recover, recover_if_needed])
def test_a_plan_made_after_recovering_fits(
    production: ProductionSession, finish: Callable[[ProductionSession], list[Recovered]]
) -> None:
    killed_at("projecting to Parameter Store", planned(production, FIRST), production)

    finish(production)

    plan = promote(production, SECOND)
    assert current_promotion(production) == plan.promotion_id
