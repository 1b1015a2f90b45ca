"""Freezing and lifting: frozen until it was lifted, and the history tells of both."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fakes.faulty_ports import FAULTS, Wire, over
from fakes.kills import Killed
from fakes.object_store import FakeObjectStore
from fakes.production import fake_production
from foundation import locations
from foundation.errors import FraudDetectionError, InvalidData, InvalidParams, Unavailable
from foundation.freezing import Freeze, Frozen, current_freeze, require_thawed
from foundation.lease import Busy, leased, me
from promotion.audit import AuditTrail
from promotion.freeze import (
    AlreadyFrozen,
    FreezeUnfinished,
    NotFrozen,
    freeze,
    freeze_problems,
    lift,
)
from promotion.production import Production

AT = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
STOPPED = (FraudDetectionError, OSError, Killed, KeyboardInterrupt)


def open_at(when: datetime = AT, **fields) -> Production:
    return fake_production(now=lambda: when, **fields)


def frozen_now(production: Production) -> Freeze | None:
    return current_freeze(production.objects, production.settings)


def told(production: Production) -> list[tuple[str, str, str]]:
    events = [entry.event for entry in entries(production)]
    return [(event.kind, event.who, event.reason) for event in events]


def entries(production: Production):
    return trail(production).entries()


def trail(production: Production) -> AuditTrail:
    return AuditTrail(production.objects, production.bucket, production.signer)


def frozen_production(reason: str = "fraud ring", **fields) -> Production:
    production = open_at(**fields)
    freeze(production, reason=reason)
    return production


def same_world(production: Production, **fields) -> Production:
    """What was left, as somebody finds it whose calls all arrive."""
    objects = FakeObjectStore()
    objects.objects = production.objects.objects
    return replace(production, objects=objects, **fields)


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
        assert told(production) == [
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
        assert [kind for kind, _, _ in told(production)] == ["frozen", "lifted"] * 2

    def test_a_promotion_at_work_is_waited_for(self):
        production = open_at()
        place = locations.PROMOTION_LEASE
        with leased(production.objects, production.bucket, place, what="Promotion"):
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
        assert told(production) == [
            ("frozen", "root", "by hand"),
            ("lifted", "ada@workstation", "over"),
        ]
        assert entries(production)[0].event.details == {"told_by": "ada@workstation"}

    def test_a_broken_history_does_not_keep_anybody_from_freezing(self):
        production = open_at()
        production.objects.write(production.bucket, locations.audit_entry(1), b"{")
        freeze(production, reason="somebody is in")
        assert frozen_now(production)
        assert len(trail(production).problems()) == 1


class TestCrashing:
    @pytest.mark.parametrize("failure", [OSError, Killed, KeyboardInterrupt, Unavailable])
    def test_whichever_write_of_a_freeze_fails_saying_it_again_completes_it(self, failure):
        for number in range(writes_of(lambda production: None, say_freeze)):
            failing = open_at(objects=FakeObjectStore(fail_at=number, failure=failure))
            try_to(say_freeze, failing)
            assert_complete_after_freezing(same_world(failing))

    @pytest.mark.parametrize("failure", [OSError, Killed, KeyboardInterrupt, Unavailable])
    def test_whichever_write_of_a_lift_fails_saying_it_again_completes_it(self, failure):
        for number in range(writes_of(say_freeze, say_lift)):
            failing = open_at(objects=FakeObjectStore(fail_at=number, failure=failure))
            failing.objects.objects = frozen_production().objects.objects
            try_to(say_lift, failing)
            assert_complete_after_lifting(same_world(failing))

    @pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
    def test_whatever_happens_at_whichever_call_of_a_freeze(self, fault):
        for number in range(calls_of(lambda production: None, say_freeze)):
            production, wire = open_at(), Wire(fault=fault, at=number)
            try_to(say_freeze, over(wire, production))
            wire.deliver_late()
            assert_complete_after_freezing(production)

    @pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
    def test_whatever_happens_at_whichever_call_of_a_lift(self, fault):
        for number in range(calls_of(say_freeze, say_lift)):
            production, wire = frozen_production(), Wire(fault=fault, at=number)
            try_to(say_lift, over(wire, production))
            wire.deliver_late()
            assert_complete_after_lifting(production)

    def test_a_freeze_holds_before_the_history_can_tell_of_it(self):
        production = open_at(signer=Unreachable())
        with pytest.raises(FreezeUnfinished, match=r"is frozen, .* Nobody signs"):
            freeze(production, reason="fraud ring")
        assert frozen_now(production)
        assert entries(production) == []

    def test_a_lift_that_the_history_cannot_tell_of_leaves_production_frozen(self):
        production = replace(frozen_production(), signer=Unreachable())
        with pytest.raises(FreezeUnfinished, match="counts as frozen"):
            lift(production, reason="caught them")
        assert frozen_now(production)

    def test_who_slept_while_others_went_on_removes_no_later_freeze(self):
        production = frozen_production()
        slept = Slept()
        slept.objects = production.objects.objects
        with pytest.raises(FreezeUnfinished, match="taken over"):
            lift(replace(production, objects=slept), reason="caught them")
        assert frozen_now(production)

    def test_somebody_else_who_freezes_tells_what_a_crash_left_untold(self):
        production = open_at(signer=Unreachable())
        with pytest.raises(FreezeUnfinished):
            freeze(production, reason="fraud ring")
        with pytest.raises(AlreadyFrozen):
            freeze(same_signed(production, who="grace@desk"), reason="audit")
        assert told(same_signed(production)) == [("frozen", "ada@workstation", "fraud ring")]


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


def disagreements(production: Production) -> list[str]:
    return freeze_problems(entries(production), frozen_now(production))


def say_freeze(production: Production) -> None:
    freeze(production, reason="fraud ring")


def say_lift(production: Production) -> None:
    lift(production, reason="caught them")


def try_to(say, production: Production) -> None:
    try:
        say(production)
    except STOPPED:
        return


def assert_complete_after_freezing(production: Production) -> None:
    """Whatever was left: frozen or not, and once said again, frozen and told once."""
    before = frozen_now(production)
    assert before is not None or told(production) == []
    try:
        say_freeze(production)
    except AlreadyFrozen:
        assert before is not None
    assert frozen_now(production) is not None
    assert told(production) == [("frozen", "ada@workstation", "fraud ring")]
    assert trail(production).problems() == []


def assert_complete_after_lifting(production: Production) -> None:
    """Whatever was left: nothing is lifted untold, and once said again, lifted and told once."""
    if frozen_now(production) is None:
        assert told(production)[-1][0] == "lifted"
        with pytest.raises(NotFrozen):
            say_lift(production)
    else:
        say_lift(production)
    assert frozen_now(production) is None
    assert told(production) == [
        ("frozen", "ada@workstation", "fraud ring"),
        ("lifted", "ada@workstation", "caught them"),
    ]
    assert trail(production).problems() == []


def writes_of(before, say) -> int:
    production = open_at()
    before(production)
    done = production.objects.writes
    say(production)
    return production.objects.writes - done


def calls_of(before, say) -> int:
    production, wire = open_at(), Wire()
    before(production)
    say(over(wire, production))
    return len(wire.calls)


def same_signed(production: Production, **fields) -> Production:
    return replace(production, signer=fake_production().signer, **fields)


class Unreachable:
    """A key that cannot be reached."""

    def sign(self, data):
        message = "Nobody signs."
        raise Unavailable(message)

    def is_valid(self, data, signature):
        return False


class Slept(FakeObjectStore):
    """The store of a process that sleeps before it adds to the history; others take its lease."""

    def write_once(self, bucket, key, data):
        super().write_once(bucket, key, data)
        if key.startswith(locations.AUDIT):
            holder = me(AT).to_json()
            super().write_once(bucket, f"{locations.PROMOTION_LEASE}000099.json", holder)
