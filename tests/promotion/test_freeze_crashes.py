"""A freeze or lift that is interrupted: frozen while in doubt, recorded once in the end."""

from dataclasses import replace

import pytest

from fakes.faults.faulty_ports import FAULTS, Wire, over
from fakes.faults.kills import Killed
from fakes.ports.object_store import FakeObjectStore
from fakes.promotions.freezes import (
    AT,
    entries,
    frozen_now,
    frozen_production,
    open_at,
    recorded_freezes,
    same_world,
    trail,
)
from fakes.promotions.production import fake_production
from foundation import locations
from foundation.errors import FraudDetectionError, Unavailable
from foundation.stores.lease_owner import LeaseOwner
from promotion.freeze import AlreadyFrozen, FreezeUnfinished, NotFrozen, freeze, lift
from promotion.production import ProductionSession

STOPPED = (FraudDetectionError, OSError, Killed, KeyboardInterrupt)


@pytest.mark.parametrize("failure", [OSError, Killed, KeyboardInterrupt, Unavailable])
def test_whichever_write_of_a_freeze_fails_saying_it_again_completes_it(failure):
    for number in range(writes_of(lambda production: None, say_freeze)):
        failing = open_at(objects=FakeObjectStore(fail_at=number, failure=failure))
        try_to(say_freeze, failing)
        assert_complete_after_freezing(same_world(failing))


@pytest.mark.parametrize("failure", [OSError, Killed, KeyboardInterrupt, Unavailable])
def test_whichever_write_of_a_lift_fails_saying_it_again_completes_it(failure):
    for number in range(writes_of(say_freeze, say_lift)):
        failing = open_at(objects=FakeObjectStore(fail_at=number, failure=failure))
        failing.objects.objects = frozen_production().objects.objects
        try_to(say_lift, failing)
        assert_complete_after_lifting(same_world(failing))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_whatever_happens_at_whichever_call_of_a_freeze(fault):
    for number in range(calls_of(lambda production: None, say_freeze)):
        production, wire = open_at(), Wire({number: fault})
        try_to(say_freeze, over(wire, production))
        wire.deliver_late()
        assert_complete_after_freezing(production)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_whatever_happens_at_whichever_call_of_a_lift(fault):
    for number in range(calls_of(say_freeze, say_lift)):
        production, wire = frozen_production(), Wire({number: fault})
        try_to(say_lift, over(wire, production))
        wire.deliver_late()
        assert_complete_after_lifting(production)


def test_a_freeze_holds_before_the_history_can_tell_of_it():
    production = open_at(signer=Unreachable())
    with pytest.raises(FreezeUnfinished, match=r"is frozen, .* Nobody signs"):
        freeze(production, reason="fraud ring")
    assert frozen_now(production)
    assert entries(production) == []


def test_a_lift_that_the_history_cannot_tell_of_leaves_production_frozen():
    production = replace(frozen_production(), signer=Unreachable())
    with pytest.raises(FreezeUnfinished, match="counts as frozen"):
        lift(production, reason="caught them")
    assert frozen_now(production)


def test_who_slept_while_others_went_on_removes_no_later_freeze():
    production = frozen_production()
    slept = Slept()
    slept.objects = production.objects.objects
    with pytest.raises(FreezeUnfinished, match="taken over"):
        lift(replace(production, objects=slept), reason="caught them")
    assert frozen_now(production)


def test_somebody_else_who_freezes_tells_what_a_crash_left_untold():
    production = open_at(signer=Unreachable())
    with pytest.raises(FreezeUnfinished):
        freeze(production, reason="fraud ring")
    with pytest.raises(AlreadyFrozen):
        freeze(same_signed(production, who="grace@desk"), reason="audit")
    assert recorded_freezes(same_signed(production)) == [
        ("frozen", "ada@workstation", "fraud ring")
    ]


def say_freeze(production: ProductionSession) -> None:
    freeze(production, reason="fraud ring")


def say_lift(production: ProductionSession) -> None:
    lift(production, reason="caught them")


def try_to(say, production: ProductionSession) -> None:
    try:
        say(production)
    except STOPPED:
        return


def assert_complete_after_freezing(production: ProductionSession) -> None:
    """Whatever was left: frozen or not, and once said again, frozen and told once."""
    before = frozen_now(production)
    assert before is not None or recorded_freezes(production) == []
    try:
        say_freeze(production)
    except AlreadyFrozen:
        assert before is not None
    assert frozen_now(production) is not None
    assert recorded_freezes(production) == [("frozen", "ada@workstation", "fraud ring")]
    assert trail(production).problems() == []


def assert_complete_after_lifting(production: ProductionSession) -> None:
    """Whatever was left: nothing is lifted untold, and once said again, lifted and told once."""
    if frozen_now(production) is None:
        assert recorded_freezes(production)[-1][0] == "lifted"
        with pytest.raises(NotFrozen):
            say_lift(production)
    else:
        say_lift(production)
    assert frozen_now(production) is None
    assert recorded_freezes(production) == [
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


def same_signed(production: ProductionSession, **fields) -> ProductionSession:
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
            owner = LeaseOwner.of_this_process(AT).to_json()
            super().write_once(bucket, f"{locations.PROMOTION_LEASE}000099.json", owner)
