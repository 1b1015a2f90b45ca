"""Commit: of several only one wins, and the others name the winner."""

from dataclasses import replace

import pytest

from fakes.promotions.promotions import FIRST, SECOND, outcome_of, planned, promote, values
from foundation import locations
from promotion.production import ProductionSession
from promotion.protocol.commit import commit, described_winner
from promotion.protocol.execute_plan import execute_plan
from promotion.protocol.journal import files_by_promotion
from promotion.protocol.state import current_promotion
from promotion.refusals import PromotionLost


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


def test_a_file_that_is_edited_at_the_last_moment_is_named(production: ProductionSession) -> None:
    promote(production, FIRST)
    plan = planned(production, SECOND)

    def on_step(step: str) -> None:
        if step == "committing the configuration":
            production.objects.write(production.bucket, locations.PRODUCTION_CONFIG, b"algorithm:")

    with pytest.raises(PromotionLost, match="a file that somebody edited by hand"):
        execute_plan(plan, production, on_step=on_step)

    assert outcome_of(plan.promotion_id, production) == "abandoned"


def test_a_commit_whose_reply_was_lost_counts_when_it_is_repeated(
    production: ProductionSession,
) -> None:
    plan = planned(production, FIRST)
    commit(plan, production)

    commit(plan, production)

    assert current_promotion(production) == plan.promotion_id


def test_the_winner_is_described_by_its_journal_or_else_by_its_id(
    production: ProductionSession,
) -> None:
    assert described_winner(production) == "no promotion at all (the configuration was removed)"
    plan = planned(production, FIRST)
    commit(plan, production)
    assert described_winner(production) == f"promotion {plan.promotion_id}"
    later = promote(production, SECOND, "a later one")
    found = described_winner(production)
    assert found.startswith(f"promotion {later.promotion_id} (by {production.who} at ")
    assert found.endswith(": a later one)")
