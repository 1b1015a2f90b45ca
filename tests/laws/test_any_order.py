"""Any order: whatever people and machines do to production, and in whichever order, it is whole.

Hypothesis promotes, rolls back, crashes, recovers, edits by hand, repairs, freezes and lets a
process stand still and wake up. What production should be then is kept beside it.
"""

from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from fakes.faults.fault_scenarios import Ended
from fakes.faults.faulty_ports import FAULTS, Fault
from fakes.promotions.expected_production import (
    CANDIDATES,
    ExpectedProduction,
    promoting,
    rolling_back_to,
)
from fakes.promotions.stalled_process import StandingStill
from foundation import locations
from promotion.freeze import freeze, lift
from promotion.protocol.recovery import recover
from promotion.protocol.state import read_parameters
from promotion.verify.verification import repair

EDITS: list[Callable[[bytes], bytes]] = [
    lambda file: file.replace(b"algorithm: ", b"algorithm: my_"),
    lambda file: file[: len(file) // 2],
    lambda file: file + b"mine: 1\n",
]

candidates = st.sampled_from(sorted(CANDIDATES))
faults = st.sampled_from(FAULTS)
moments = st.integers(0, 95)  # a promotion has about eighty calls

once_promoted = precondition(lambda self: self.place.committed)
while_whole = precondition(lambda self: not self.place.is_spoiled)
while_awake = precondition(lambda self: not self.place.asleep)
while_asleep = precondition(lambda self: self.place.asleep)


class AnyOrder(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.place = ExpectedProduction()
        self.production = self.place.production

    def teardown(self) -> None:
        if self.place.asleep:
            self.place.asleep.dies()

    # Promotions, and what happens to them

    @rule(candidate=candidates)
    def somebody_promotes(self, candidate: str) -> None:
        place, before, was_settled = self.place, self.place.current, self.place.is_settled
        parameters = read_parameters(self.production)
        ended = place.tried(promoting(candidate))
        if place.is_spoiled or place.is_frozen:
            assert place.current == before
        else:
            assert ended.kind is None, ended
            assert place.current
            wanted = CANDIDATES[candidate]
            assert place.current.hyperparameters == wanted["hyperparameters"]
        if place.current == before and was_settled:  # else there was something to recover first
            assert read_parameters(self.production) == parameters  # not even a new version

    @once_promoted
    @rule(data=st.data())
    def somebody_rolls_back(self, data: st.DataObject) -> None:
        names = st.sampled_from([*self.place.committed, "previous"])
        self.place.tried(rolling_back_to(data.draw(names)))

    @rule(candidate=candidates, at=moments, fault=faults)
    def a_promotion_meets_a_fault(self, candidate: str, at: int, fault: Fault) -> None:
        self.place.tried(promoting(candidate), {at: fault})

    @rule(at=moments, fault=faults)
    def a_rollback_meets_a_fault(self, at: int, fault: Fault) -> None:
        self.place.tried(rolling_back_to("previous"), {at: fault})

    @rule(at=moments, fault=faults)
    def a_recovery_meets_a_fault(self, at: int, fault: Fault) -> None:
        self.place.tried(recover, {at: fault})

    @while_whole
    @rule()
    def somebody_recovers(self) -> None:
        recover(self.production)
        self.place.is_settled = True

    # Somebody who stands still

    @while_awake
    @rule(candidate=candidates, at=moments)
    def somebody_falls_asleep(self, candidate: str, at: int) -> None:
        sleeper = StandingStill(promoting(candidate), self.production, at)
        self.place.asleep = None if sleeper.ended else sleeper
        self.place.note(sleeper.ended or Ended("asleep", ""), is_disturbed=True)

    @while_asleep
    @rule()
    def who_slept_wakes_up(self) -> None:
        place = self.place
        assert place.asleep
        was_settled, ended = place.is_settled, place.asleep.wakes()
        place.asleep = None
        place.note(ended, is_disturbed=True)
        place.is_settled = was_settled and ended.kind is None
        place.may_differ = place.may_differ or ended.kind is not None

    @while_asleep
    @rule()
    def who_slept_dies(self) -> None:
        assert self.place.asleep
        self.place.asleep.dies()
        self.place.asleep, self.place.is_settled = None, False

    # Edits by hand

    @once_promoted
    @rule(data=st.data(), value=st.sampled_from(["0.5", "{}", None]))
    def somebody_edits_a_parameter(self, data: st.DataObject, value: str | None) -> None:
        known = sorted(read_parameters(self.production))
        name = data.draw(st.sampled_from([*known, locations.hyperparameter_name("by_hand")]))
        if value is None:
            self.production.parameters.delete([name])
        else:
            self.production.parameters.write(name, value)
        self.place.may_differ = True

    @once_promoted
    @while_whole
    @precondition(lambda self: self.place.is_settled)
    @rule(edit=st.sampled_from(EDITS))
    def somebody_edits_the_file(self, edit: Callable[[bytes], bytes]) -> None:
        at = self.production.bucket, locations.PRODUCTION_CONFIG
        self.production.objects.write(*at, edit(self.production.objects.read(*at)))
        self.place.is_spoiled = True

    @once_promoted
    @rule()
    def somebody_repairs(self) -> None:
        assert repair(self.production) == []
        place = self.place
        place.is_settled, place.may_differ, place.is_spoiled = True, False, False

    @once_promoted
    @rule(at=moments, fault=faults)
    def a_repair_meets_a_fault(self, at: int, fault: Fault) -> None:
        self.place.tried(repair, {at: fault})
        self.place.may_differ = True

    # Freezes

    @precondition(lambda self: not self.place.is_frozen)
    @rule()
    def somebody_freezes(self) -> None:
        freeze(self.production, reason="holidays")

    @precondition(lambda self: self.place.is_frozen)
    @rule()
    def somebody_lifts(self) -> None:
        lift(self.production, reason="back again")

    # What must hold

    @invariant()
    def readers_see_what_was_promoted_last(self) -> None:
        self.place.readers_see_the_last()

    @invariant()
    def nothing_of_the_history_is_lost(self) -> None:
        self.place.nothing_is_lost()

    @invariant()
    def all_places_agree(self) -> None:
        self.place.all_places_agree()


class TestAnyOrder(AnyOrder.TestCase):
    settings = settings(max_examples=10, stateful_step_count=12)


@pytest.mark.laws
class TestAnyOrderForLong(AnyOrder.TestCase):
    settings = settings(max_examples=300, stateful_step_count=30)
