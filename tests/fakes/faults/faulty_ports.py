"""Ports of a process to which something happens at one of its calls to the outside.

Every call of all ports goes over one wire and has a number on it. So whatever a protocol does, one
run without a fault says how many places there are at which something can happen.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any

from fakes.faults.kills import Killed
from foundation.errors import AccessDenied, FraudDetectionError, Unavailable
from promotion.production import ProductionSession

Call = Callable[[], Any]
Fault = Callable[["Wire", Call], Any]
SILENCE = "Nobody answers."
THROTTLED = "ThrottlingException: Rate exceeded."
UNHEARD = "The reply was lost."
UNDER_WAY = "Nobody knows how far it came."
DENIED = "AccessDeniedException: not authorized."
PORTS = ("objects", "parameters", "registry", "signer", "tracking")


class Dead(Killed, SystemExit):
    """For each further call of a killed process. A thread that meets it ends in silence."""


def nothing() -> None:
    """For a wire that nobody watches."""


@dataclass
class Wire:
    """The calls of one process, in order; what happens at some of them; who looks after each."""

    faults: Mapping[int, Fault] = field(default_factory=dict)
    look: Call = nothing
    calls: list[str] = field(default_factory=list)
    late: list[Call] = field(default_factory=list)  # requests that are still on their way
    is_dead: bool = False
    is_cut: bool = False
    _one_at_a_time: Any = field(default_factory=RLock)

    def carry(self, name: str, call: Call) -> Any:
        with self._one_at_a_time:  # the lease says from a thread of its own that it is alive
            if self.is_dead:
                raise Dead  # so that no `finally` of a dead process writes anything
            number = len(self.calls)
            self.calls.append(name)
            try:
                return self._carry(number, call)
            finally:
                self.look()

    def deliver_late(self) -> None:
        """Let the requests arrive that were given up long ago."""
        for call in self.late:
            with suppress(FraudDetectionError):
                call()
        self.late.clear()

    def _carry(self, number: int, call: Call) -> Any:
        if self.is_cut:
            raise Unavailable(SILENCE)
        fault = self.faults.get(number)
        return fault(self, call) if fault else call()


class WiredPort:
    """A port whose calls go over a wire, whatever they are."""

    def __init__(self, name: str, port: Any, wire: Wire) -> None:
        self._name, self._port, self._wire = name, port, wire

    def __getattr__(self, method: str) -> Any:
        carried = getattr(self._port, method)

        def call(*given: Any, **named: Any) -> Any:
            return self._wire.carry(f"{self._name}.{method}", lambda: carried(*given, **named))

        return call


def over(wire: Wire, production: ProductionSession) -> ProductionSession:
    """The same production, as a process sees it whose every call goes over the wire."""
    ports: dict[str, Any] = {
        name: WiredPort(name, getattr(production, name), wire) for name in PORTS
    }
    return replace(production, **ports)


# What can happen at a call


def killed_before(wire: Wire, _call: Call) -> Any:
    wire.is_dead = True
    raise Killed


def killed_after(wire: Wire, call: Call) -> Any:
    with suppress(FraudDetectionError):
        call()
    wire.is_dead = True
    raise Killed


def throttled(_wire: Wire, _call: Call) -> Any:
    """Refused once, for longer than it is tried again."""
    raise Unavailable(THROTTLED)


def cut_off(wire: Wire, _call: Call) -> Any:
    """From here on nobody answers this process any more."""
    wire.is_cut = True
    raise Unavailable(SILENCE)


def reply_lost(_wire: Wire, call: Call) -> Any:
    with suppress(FraudDetectionError):
        call()
    raise Unavailable(UNHEARD)


def reply_lost_and_cut_off(wire: Wire, call: Call) -> Any:
    wire.is_cut = True
    return reply_lost(wire, call)


def delivered_twice(_wire: Wire, call: Call) -> Any:
    with suppress(FraudDetectionError):
        call()
    return call()


def delivered_late(wire: Wire, call: Call) -> Any:
    """Given up, and applied when everybody has gone."""
    wire.late.append(call)
    raise Unavailable(UNDER_WAY)


def denied(_wire: Wire, _call: Call) -> Any:
    raise AccessDenied(DENIED)


def interrupted_before(_wire: Wire, _call: Call) -> Any:
    raise KeyboardInterrupt


def interrupted_after(_wire: Wire, call: Call) -> Any:
    with suppress(FraudDetectionError):
        call()
    raise KeyboardInterrupt


def meanwhile(others: Call) -> Fault:
    """This process stands still, others do something, and it goes on as if nothing had been."""

    def stalled(_wire: Wire, call: Call) -> Any:
        others()
        return call()

    return stalled


FAULTS: tuple[Fault, ...] = (
    killed_before,
    killed_after,
    throttled,
    cut_off,
    reply_lost,
    reply_lost_and_cut_off,
    delivered_twice,
    delivered_late,
    denied,
    interrupted_before,
    interrupted_after,
)
