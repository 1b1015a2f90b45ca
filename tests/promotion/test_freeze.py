"""Freeze and lift: frozen until it is lifted, and the history records both."""

from dataclasses import replace

import pytest

from fakes.promotions.freezes import (
    AT,
    entries,
    frozen_now,
    frozen_production,
    open_at,
    recorded_freezes,
    trail,
)
from foundation import locations
from foundation.errors import InvalidData, InvalidParams
from foundation.production.freeze import Freeze, Frozen, require_thawed
from foundation.stores.lease import Busy, hold_lease
from promotion.freeze import AlreadyFrozen, NotFrozen, freeze, freeze_problems, lift
from promotion.production import ProductionSession


class TestFreezing:
    def test_what_is_frozen_begins_nothing_until_it_is_lifted(self):
        production = frozen_production()
        with pytest.raises(Frozen, match="fraud ring"):
            require_thawed(production.objects, production.settings, "Promotion x")
        lift(production, reason="caught them")
        require_thawed(production.objects, production.settings, "Promotion x")

    def test_it_says_who_froze_it_why_and_when(self):
        production = open_at()
        made = freeze(production, reason="fraud ring")
        assert made == Freeze(reason="fraud ring", by="ada@workstation", at=AT)
        assert frozen_now(production) == made

    def test_the_history_tells_both(self):
        production = frozen_production()
        lift(replace(production, who="grace@desk"), reason="caught them")
        assert recorded_freezes(production) == [
            ("frozen", "ada@workstation", "fraud ring"),
            ("lifted", "grace@desk", "caught them"),
        ]
        first, second = entries(production)
        assert first.event.event_id.startswith("freeze-20261125T023000Z-")
        assert second.event.details == {"freeze": first.event.event_id}
        assert trail(production).problems() == []

    def test_the_first_reason_stays(self):
        production = frozen_production()
        with pytest.raises(
            AlreadyFrozen, match=r"by ada@workstation .*'fraud ring'.* promotion lift"
        ):
            freeze(replace(production, who="grace@desk"), reason="audit")
        with pytest.raises(AlreadyFrozen):
            freeze(production, reason="fraud ring")
        assert frozen_now(production) == Freeze(reason="fraud ring", by="ada@workstation", at=AT)
        assert len(entries(production)) == 1

    def test_what_is_not_frozen_is_not_lifted(self):
        production = open_at()
        with pytest.raises(NotFrozen, match="nothing to lift"):
            lift(production, reason="to be sure")
        assert entries(production) == []

    @pytest.mark.parametrize("reason", ["", "  \n", "\ud800"])
    def test_without_a_reason_nothing_is_done(self, reason):
        production = open_at()
        with pytest.raises(InvalidParams, match="reason"):
            freeze(production, reason=reason)
        assert production.objects.objects == {}
        freeze(production, reason="fraud ring")
        with pytest.raises(InvalidParams, match="reason"):
            lift(production, reason=reason)
        assert frozen_now(production)

    def test_each_freeze_and_each_lift_is_told_for_itself(self):
        production = open_at()
        for hour in (3, 4):
            later = replace(production, now=lambda hour=hour: AT.replace(hour=hour))
            freeze(later, reason="fraud ring")
            lift(later, reason="caught them")
        assert [kind for kind, _, _ in recorded_freezes(production)] == ["frozen", "lifted"] * 2

    def test_a_promotion_at_work_is_waited_for(self):
        production = open_at()
        place = locations.PROMOTION_LEASE
        with hold_lease(production.objects, production.bucket, place, what="Promotion"):
            with pytest.raises(Busy):
                freeze(production, reason="fraud ring", patience_seconds=0)
            assert frozen_now(production) is None
        freeze(production, reason="fraud ring")


class TestByHand:
    def test_a_freeze_that_cannot_be_read_counts_and_is_lifted(self):
        production = open_at()
        production.objects.write(production.bucket, locations.FREEZE, b"stop!")
        with pytest.raises(InvalidData):
            freeze(production, reason="fraud ring")
        lift(production, reason="by hand")
        assert frozen_now(production) is None
        (entry,) = entries(production)
        assert (entry.event.kind, entry.event.details) == ("lifted", {"freeze": "unreadable"})

    def test_a_freeze_that_nobody_told_of_is_told_by_who_lifts_it(self):
        production = open_at()
        by_hand = Freeze(reason="by hand", by="root", at=AT)
        production.objects.write(production.bucket, locations.FREEZE, by_hand.to_json())
        lift(production, reason="over")
        assert recorded_freezes(production) == [
            ("frozen", "root", "by hand"),
            ("lifted", "ada@workstation", "over"),
        ]
        assert entries(production)[0].event.details == {"told_by": "ada@workstation"}

    def test_a_broken_history_does_not_keep_anybody_from_freezing(self):
        production = open_at()
        production.objects.write(production.bucket, locations.audit_entry_key(1), b"{")
        freeze(production, reason="somebody is in")
        assert frozen_now(production)
        assert len(trail(production).problems()) == 1


class TestDisagreeing:
    def test_a_whole_freeze_and_a_whole_lift_agree(self):
        production = open_at()
        assert disagreements(production) == []
        freeze(production, reason="fraud ring")
        assert disagreements(production) == []
        lift(production, reason="caught them")
        assert disagreements(production) == []

    def test_a_freeze_that_somebody_removed_by_hand_is_told(self):
        production = frozen_production()
        production.objects.delete(production.bucket, locations.FREEZE)
        (problem,) = disagreements(production)
        assert "ada@workstation froze production ('fraud ring')" in problem

    def test_a_freeze_that_the_history_does_not_know_is_told(self):
        production = open_at()
        by_hand = Freeze(reason="by hand", by="root", at=AT)
        production.objects.write(production.bucket, locations.FREEZE, by_hand.to_json())
        (problem,) = disagreements(production)
        assert "frozen by root" in problem

    def test_a_lift_that_did_not_come_to_its_end_is_told(self):
        production = frozen_production()
        kept = production.objects.read(production.bucket, locations.FREEZE)
        lift(production, reason="caught them")
        production.objects.write(production.bucket, locations.FREEZE, kept)
        assert len(disagreements(production)) == 1


def disagreements(production: ProductionSession) -> list[str]:
    return freeze_problems(entries(production), frozen_now(production))
