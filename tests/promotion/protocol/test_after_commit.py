"""After the commit: each step may be repeated, and an old promotion leaves the present alone."""

from fakes.promotions.killed_promotions import all_kept, promotions_in_history
from fakes.promotions.promotions import FIRST, SECOND, promote
from promotion.production import ProductionSession
from promotion.protocol.after_commit import finalize, promotion_event
from promotion.protocol.journal import (
    read_journal,
)
from promotion.protocol.state import read_state
from promotion.records import Journal


def test_finalizing_again_changes_nothing(production: ProductionSession) -> None:
    plan = promote(production, FIRST)
    before, parameters = all_kept(production), read_state(production).parameters

    finalize(read_journal(plan.promotion_id, production), production)

    assert all_kept(production) == before
    assert read_state(production).parameters == parameters
    assert promotions_in_history(production) == [plan.promotion_id]


def test_finalizing_what_was_replaced_touches_nothing_of_the_present(
    production: ProductionSession,
) -> None:
    first, second = promote(production, FIRST), promote(production, SECOND)
    before, registry = read_state(production), production.registry
    champion, previous = (
        registry.version_at("champion"),
        registry.version_at("previous"),
    )

    finalize(read_journal(first.promotion_id, production), production)

    assert read_state(production) == before
    assert (registry.version_at("champion"), registry.version_at("previous")) == (
        champion,
        previous,
    )
    assert promotions_in_history(production) == [first.promotion_id, second.promotion_id]


def test_the_event_of_a_promotion_is_the_same_whoever_adds_it(
    production: ProductionSession,
) -> None:
    journal = read_journal(promote(production, FIRST, "it is better").promotion_id, production)

    event = promotion_event(journal)

    assert event == promotion_event(Journal.model_validate_json(journal.to_json()))
    assert (event.event_id, event.kind) == (journal.plan.promotion_id, "promoted")
    assert (event.at, event.who, event.reason) == (
        journal.opened_at,
        production.who,
        "it is better",
    )
    assert event.changes == journal.plan.writes
    assert event.plan_digest == journal.plan.digest
