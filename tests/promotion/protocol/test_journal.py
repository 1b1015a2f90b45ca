"""Journal: a promotion is begun once, closed once, and a damaged journal is named."""

import pytest

from fakes.promotions.killed_promotions import begun, killed_at
from fakes.promotions.promotions import FIRST, planned
from fakes.promotions.stops import stopped_at
from foundation import locations
from foundation.errors import InvalidData
from promotion.production import ProductionSession
from promotion.protocol.execute_plan import execute_plan
from promotion.protocol.journal import (
    ABANDONED,
    FINISHED,
    close,
    read_closing,
)
from promotion.protocol.recovery import recover
from promotion.protocol.state import current_promotion
from promotion.refusals import NotWaiting


def test_the_first_closing_of_an_outcome_stays(production: ProductionSession) -> None:
    plan = planned(production, FIRST)
    journal = begun(plan, production)
    close(journal, production, outcome=ABANDONED, why="first")
    close(journal, production, outcome=ABANDONED, why="second")

    closing = read_closing(plan.promotion_id, production)
    assert closing is not None
    assert (closing.outcome, closing.why) == ("abandoned", "first")
    close(journal, production, outcome=FINISHED, why="it came to production after all")
    closing = read_closing(plan.promotion_id, production)
    assert closing is not None
    assert closing.outcome == "finished"


def test_a_journal_that_somebody_damaged_is_named_and_nothing_is_changed(
    production: ProductionSession,
) -> None:
    plan = planned(production, FIRST)
    killed_at("waiting for the lease", plan, production)
    key = locations.promotion_key(plan.promotion_id, "journal.json")
    production.objects.write(production.bucket, key, b"{")

    with pytest.raises(InvalidData, match=rf"{key}.*Nothing was changed"):
        recover(production)

    assert current_promotion(production) is None


def test_a_plan_that_was_begun_before_is_not_begun_again(production: ProductionSession) -> None:
    plan = planned(production, FIRST)
    with pytest.raises(KeyboardInterrupt):
        execute_plan(plan, production, on_step=stopped_at("waiting for the lease"))

    with pytest.raises(NotWaiting, match="was begun before"):
        execute_plan(plan, production)

    assert current_promotion(production) is None
