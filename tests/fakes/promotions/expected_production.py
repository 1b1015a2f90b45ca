"""Expected production: one environment, and what should be in it after all that was done to it."""

from fakes.faults.fault_scenarios import Act, Ended, attempted, current
from fakes.faults.faulty_ports import Fault, Wire, over
from fakes.promotions.production import fake_production
from fakes.promotions.promotions import FIRST, SECOND, promote, proposal_of
from fakes.promotions.recovery_checks import OPEN, bury, disagreements
from fakes.promotions.stalled_process import StandingStill
from foundation.errors import DigestMismatch, InvalidData
from foundation.production.config import ProductionConfig
from foundation.production.freeze import current_freeze
from promotion.audit.trail import AuditTrail
from promotion.production import ProductionSession
from promotion.protocol.plan import changes_nothing
from promotion.protocol.recovery import recover_if_needed
from promotion.protocol.state import read_state
from promotion.roll_back import roll_back
from promotion.verify.verification import verify

CANDIDATES = {
    f"{each['algorithm']} at {rate}": {
        **each,
        "hyperparameters": {**each["hyperparameters"], "learning_rate": rate},
    }
    for each in (FIRST, SECOND)
    for rate in (0.1, 0.2)
}
PROMOTED = ("promoted", "rolled back")
KEPT = ("archive/", "backups/", "audit/")
REFUSED = (DigestMismatch, InvalidData)  # by readers, of a file that was edited by hand


def promoting(name: str) -> Act:
    """What `ceap promote` does after its gates."""
    candidate = CANDIDATES[name]

    def act(production: ProductionSession) -> None:
        recover_if_needed(production)
        if not changes_nothing(proposal_of(candidate), read_state(production)):
            promote(production, candidate)

    return act


def rolling_back_to(name: str) -> Act:
    def act(production: ProductionSession) -> None:
        roll_back(name, reason="back", approved_by="grace@desk", production=production)

    return act


class ExpectedProduction:
    """What happened is noted here; what must hold then is asserted."""

    def __init__(self) -> None:
        self.production = fake_production()
        self.current: ProductionConfig | None = None
        self.committed: list[str] = []
        self.is_settled = True  # nothing is left to recover
        self.may_differ = False  # somebody else wrote what only the protocol should
        self.is_spoiled = False  # the file was edited by hand
        self.asleep: StandingStill | None = None
        self._kept: dict[str, bytes] = {}

    @property
    def is_frozen(self) -> bool:
        return current_freeze(self.production.objects, self.production.settings) is not None

    def tried(self, act: Act, faults: dict[int, Fault] | None = None) -> Ended:
        """Let a process do it; whatever it left behind, it is dead afterwards."""
        wire = Wire(faults or {})
        ended = attempted(act, over(wire, self.production))
        wire.deliver_late()
        self.note(ended, is_disturbed=bool(faults))
        return ended

    def note(self, ended: Ended, *, is_disturbed: bool) -> None:
        """See what came of it: one more promotion, or none."""
        bury(self.production)
        try:
            now = current(self.production)
        except REFUSED:
            assert self.is_spoiled
            return
        self.is_spoiled = False  # else it was repaired
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

    def readers_see_the_last(self) -> None:
        try:
            found = current(self.production)
        except REFUSED:
            assert self.is_spoiled
        else:
            assert not self.is_spoiled
            assert found == self.current

    def all_places_agree(self) -> None:
        if self.is_spoiled:
            assert verify(self.production)
        elif self.is_settled and not self.may_differ:
            left = disagreements(self.production)
            assert [problem for problem in left if problem != OPEN or not self.asleep] == []
            assert verify(self.production) == []
            assert self._told() == self.committed

    def nothing_is_lost(self) -> None:
        objects, bucket = self.production.objects, self.production.bucket
        keys = [key for key in objects.keys(bucket, "") if key.startswith(KEPT)]
        now = {key: objects.read(bucket, key) for key in keys}
        assert {key: now.get(key) for key in self._kept} == self._kept
        self._kept = now
        assert self._trail.problems() == []

    @property
    def _trail(self) -> AuditTrail:
        place = self.production
        return AuditTrail(place.objects, place.bucket, place.signer)

    def _told(self) -> list[str]:
        """The promotions that the history tells of, in its order."""
        events = [entry.event for entry in self._trail.entries()]
        return [str(event.promotion_id) for event in events if event.kind in PROMOTED]
