"""Standing still: a process that stops in the middle of a promotion, until it is woken or dies."""

from threading import Event, Thread
from typing import Any

from fakes.faults.fault_scenarios import Act, Ended, attempted
from fakes.faults.faulty_ports import Call, Wire, over
from fakes.faults.kills import Killed
from promotion.production import ProductionSession


class StandingStill:
    """It stands before one of its calls, or has come to its end before that call."""

    def __init__(self, act: Act, production: ProductionSession, at: int) -> None:
        self.ended: Ended | None = None
        self._stands, self._goes_on = Event(), Event()
        self._wire = Wire({at: self._stand})
        place = over(self._wire, production)
        self._thread = Thread(target=self._run, args=(act, place), daemon=True)
        self._thread.start()
        self._stands.wait()

    def wakes(self) -> Ended:
        """Let it go on as if nothing had been, to its end."""
        self._goes_on.set()
        self._thread.join()
        assert self.ended
        return self.ended

    def dies(self) -> None:
        self._wire.is_dead = True
        self.wakes()

    def _run(self, act: Act, production: ProductionSession) -> None:
        self.ended = attempted(act, production)
        self._stands.set()

    def _stand(self, wire: Wire, call: Call) -> Any:
        self._stands.set()
        self._goes_on.wait()
        if wire.is_dead:
            raise Killed
        return call()
