"""Differences: each place that differs is named, and what it holds instead."""

import re

import pytest

from fakes.promotions.edits_by_hand import BREAKINGS
from fakes.promotions.promotions import SECOND
from fakes.promotions.stops import AFTER_THE_COMMIT, stopped
from promotion.production import ProductionSession
from promotion.protocol.recovery import recover
from promotion.records import Plan
from promotion.verify.verification import verify


@pytest.mark.parametrize("broken", BREAKINGS)
def test_each_place_that_differs_is_named(
    production: ProductionSession, plan: Plan, broken: str
) -> None:
    break_it, place, what = BREAKINGS[broken]
    break_it(production, plan)

    [found] = verify(production)

    assert place in found.place
    assert re.search(what, found.what, re.DOTALL), found.what


@pytest.mark.parametrize("step", AFTER_THE_COMMIT)
def test_what_is_not_finished_is_named_with_the_way_out(
    production: ProductionSession, plan: Plan, step: str
) -> None:
    left = stopped(production, SECOND, step)

    found = {each.place: each.what for each in verify(production)}

    unfinished = [what for place, what in found.items() if place.endswith("finished.json")]
    assert len(unfinished) == 1
    assert left.promotion_id in unfinished[0]
    assert "ceap promotion recover" in unfinished[0]
    recover(production)
    assert verify(production) == []
