"""Any order: whatever people and machines do to production, and in whichever order, it is whole.

Hypothesis promotes, rolls back, crashes, recovers, edits by hand, repairs, freezes and lets a
process stand still and wake up. What production should be is kept beside it in a few variables.
"""

from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from fakes.aftermath import OPEN, bury, disagreements
from fakes.faulty_ports import FAULTS, Fault, Wire, over
from fakes.misfortunes import Act, Ended, attempted, current
from fakes.production import fake_production
from fakes.promotions import FIRST, SECOND, promote, proposal_of
from fakes.standing_still import StandingStill
from foundation import locations
from foundation.errors import DigestMismatch, InvalidData
from foundation.freezing import current_freeze
from foundation.production_config import ProductionConfig, read_production_config
from promotion.audit import AuditTrail
from promotion.freeze import freeze, lift
from promotion.planning import changes_nothing
from promotion.production import Production
from promotion.recovery import recover, recover_if_needed
from promotion.rolling_back import roll_back
from promotion.state import read_parameters, read_state
from promotion.verification import repair, verify

CANDIDATES = {
    f"{each['algorithm']} at {rate}": {
        **each,
        "hyperparameters": {**each["hyperparameters"], "learning_rate": rate},
    }
    for each in (FIRST, SECOND)
    for rate in (0.1, 0.2)
}
EDITS: list[Callable[[bytes], bytes]] = [
    lambda file: file.replace(b"algorithm: ", b"algorithm: my_"),
    lambda file: file[: len(file) // 2],
    lambda file: file + b"mine: 1\n",
]
PROMOTED = ("promoted", "rolled back")
KEPT = ("archive/", "backups/", "audit/")

candidates = st.sampled_from(sorted(CANDIDATES))
faults = st.sampled_from(FAULTS)
moments = st.integers(0, 95)  # a promotion has about eighty calls


def promoting(name: str) -> Act:
    """What `ceap promote` does after its gates."""
    candidate = CANDIDATES[name]

    def act(production: Production) -> None:
        recover_if_needed(production)
        if not changes_nothing(proposal_of(candidate), read_state(production)):
            promote(production, candidate)

    return act


def rolling_back_to(name: str) -> Act:
    def act(production: Production) -> None:
        roll_back(name, reason="back", approved_by="grace@desk", production=production)

    return act


class AnyOrder(RuleBasedStateMachine):
    """One environment, and what it should be."""

    def __init__(self) -> None:
        super().__init__()
        self.production = fake_production()
        self.current: ProductionConfig | None = None
        self.committed: list[str] = []
        self.is_settled = True  # nothing is left to recover
        self.may_differ = False  # somebody else wrote what only the protocol should
        self.is_spoiled = False  # the file was edited by hand
        self.asleep: StandingStill | None = None
        self.kept: dict[str, bytes] = {}

    def teardown(self) -> None:
        if self.asleep:
            self.asleep.dies()

    # Promotions, and what happens to them

    @rule(candidate=candidates)
    def somebody_promotes(self, candidate: str) -> None:
        before, parameters = self.current, read_parameters(self.production)
        ended = self.tried(promoting(candidate))
        if self.is_spoiled or self.is_frozen:
            assert self.current == before
        else:
            assert ended.kind is None, ended
            assert self.current
            assert self.current.hyperparameters == CANDIDATES[candidate]["hyperparameters"]
        if self.current == before and self.is_settled:
            assert read_parameters(self.production) == parameters  # not even a new version

    @precondition(lambda self: self.committed)
    @rule(data=st.data())
    def somebody_rolls_back(self, data: st.DataObject) -> None:
        self.tried(rolling_back_to(data.draw(st.sampled_from([*self.committed, "previous"]))))

    @rule(candidate=candidates, at=moments, fault=faults)
    def a_promotion_meets_a_fault(self, candidate: str, at: int, fault: Fault) -> None:
        self.tried(promoting(candidate), {at: fault})

    @rule(at=moments, fault=faults)
    def a_rollback_meets_a_fault(self, at: int, fault: Fault) -> None:
        self.tried(rolling_back_to("previous"), {at: fault})

    @rule(at=moments, fault=faults)
    def a_recovery_meets_a_fault(self, at: int, fault: Fault) -> None:
        self.tried(recover, {at: fault})

    @precondition(lambda self: not self.is_spoiled)
    @rule()
    def somebody_recovers(self) -> None:
        recover(self.production)
        self.is_settled = True

    # Somebody who stands still

    @precondition(lambda self: not self.asleep)
    @rule(candidate=candidates, at=moments)
    def somebody_falls_asleep(self, candidate: str, at: int) -> None:
        self.asleep = StandingStill(promoting(candidate), self.production, at)
        bury(self.production)
        self.looks(self.asleep.ended or Ended("asleep", ""), is_disturbed=True)
        if self.asleep.ended:
            self.asleep = None

    @precondition(lambda self: self.asleep)
    @rule()
    def who_slept_wakes_up(self) -> None:
        assert self.asleep
        was_settled, ended = self.is_settled, self.asleep.wakes()
        self.asleep = None
        bury(self.production)
        self.looks(ended, is_disturbed=True)
        self.is_settled = was_settled and ended.kind is None
        self.may_differ = self.may_differ or ended.kind is not None

    @precondition(lambda self: self.asleep)
    @rule()
    def who_slept_dies(self) -> None:
        assert self.asleep
        self.asleep.dies()
        self.asleep, self.is_settled = None, False

    # Edits by hand

    @precondition(lambda self: self.committed)
    @rule(data=st.data(), value=st.sampled_from(["0.5", "{}", None]))
    def somebody_edits_a_parameter(self, data: st.DataObject, value: str | None) -> None:
        known = sorted(read_parameters(self.production))
        name = data.draw(st.sampled_from([*known, locations.hyperparameter("by_hand")]))
        if value is None:
            self.production.parameters.delete([name])
        else:
            self.production.parameters.write(name, value)
        self.may_differ = True

    @precondition(lambda self: self.committed and self.is_settled and not self.is_spoiled)
    @rule(edit=st.sampled_from(EDITS))
    def somebody_edits_the_file(self, edit: Callable[[bytes], bytes]) -> None:
        place = self.production.bucket, locations.PRODUCTION_CONFIG
        self.production.objects.write(*place, edit(self.production.objects.read(*place)))
        self.is_spoiled = True

    @precondition(lambda self: self.committed)
    @rule()
    def somebody_repairs(self) -> None:
        assert repair(self.production) == []
        self.is_settled, self.may_differ, self.is_spoiled = True, False, False

    @precondition(lambda self: self.committed)
    @rule(at=moments, fault=faults)
    def a_repair_meets_a_fault(self, at: int, fault: Fault) -> None:
        self.tried(repair, {at: fault})
        self.may_differ = True

    # Freezes

    @precondition(lambda self: not self.is_frozen)
    @rule()
    def somebody_freezes(self) -> None:
        freeze(self.production, reason="holidays")

    @precondition(lambda self: self.is_frozen)
    @rule()
    def somebody_lifts(self) -> None:
        lift(self.production, reason="back again")

    @property
    def is_frozen(self) -> bool:
        place = self.production
        return current_freeze(place.objects, place.settings) is not None

    # What must hold

    @invariant()
    def readers_see_what_was_promoted_last(self) -> None:
        place = self.production
        if self.is_spoiled:
            with pytest.raises((DigestMismatch, InvalidData)):
                read_production_config(place.objects, place.settings)
        else:
            assert read_production_config(place.objects, place.settings) == self.current

    @invariant()
    def nothing_of_the_history_is_lost(self) -> None:
        place = self.production
        keys = [key for key in place.objects.keys(place.bucket, "") if key.startswith(KEPT)]
        now = {key: place.objects.read(place.bucket, key) for key in keys}
        assert {key: now.get(key) for key in self.kept} == self.kept
        self.kept = now
        trail = AuditTrail(place.objects, place.bucket, place.signer)
        assert trail.problems() == []

    @invariant()
    def all_places_agree(self) -> None:
        if self.is_spoiled:
            assert verify(self.production)
        elif self.is_settled and not self.may_differ:
            left = disagreements(self.production)
            assert [problem for problem in left if problem != OPEN or not self.asleep] == []
            assert verify(self.production) == []
            assert self.told() == self.committed

    # How it is told

    def tried(self, act: Act, faults: dict[int, Fault] | None = None) -> Ended:
        wire = Wire(faults or {})
        ended = attempted(act, over(wire, self.production))
        wire.deliver_late()
        bury(self.production)
        self.looks(ended, is_disturbed=bool(faults))
        return ended

    def looks(self, ended: Ended, *, is_disturbed: bool) -> None:
        """See what came of it: one more promotion, or none."""
        try:
            now = current(self.production)
        except (DigestMismatch, InvalidData):
            assert self.is_spoiled
            return
        self.is_spoiled = False  # then it was repaired
        if is_disturbed:
            self.is_settled = False
        elif ended.kind is None:
            self.is_settled = True
        if now != self.current:
            assert now
            assert now.follows == (self.committed[-1] if self.committed else None)
            self.current = now
            self.committed.append(now.promotion_id)
            self.may_differ = self.may_differ and is_disturbed

    def told(self) -> list[str]:
        """The promotions that the history tells of, in its order."""
        place = self.production
        trail = AuditTrail(place.objects, place.bucket, place.signer)
        return [str(entry.event.promotion_id) for entry in trail.entries()
                if entry.event.kind in PROMOTED]  # fmt: skip


class TestAnyOrder(AnyOrder.TestCase):
    settings = settings(max_examples=10, stateful_step_count=12)


@pytest.mark.laws
class TestAnyOrderForLong(AnyOrder.TestCase):
    settings = settings(max_examples=300, stateful_step_count=30)
