"""Misfortunes in memory: one thing happens at one call of a promotion, and then comes the restart.

A case is a scenario, a fault and the number of a call. Its verdict is a list of broken promises.
"""

from collections.abc import Callable
from copy import copy, deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from fakes.faults.faulty_ports import Fault, Wire, killed_after, over
from fakes.faults.kills import Killed
from fakes.promotions.production import fake_production
from fakes.promotions.production_readers import readers_of
from fakes.promotions.promotions import FIRST, SECOND, another, model_files, promote, with_model
from fakes.promotions.recovery_checks import Snapshot, bury, problems, snapshot
from foundation.errors import FraudDetectionError
from foundation.production.config import ProductionConfig, read_production_config
from promotion.production import ProductionSession
from promotion.protocol.recovery import recover
from promotion.refusals import UNCHANGED
from promotion.roll_back import roll_back
from promotion.verify.verification import verify

CHANGING = {"write", "write_once", "write_if", "create", "delete", "register", "set_alias"}
READING = {
    "read", "read_versioned", "exists", "keys", "current_time", "below", "version_of", "version_at",
    "sign", "is_valid",
}  # fmt: skip

Act = Callable[[ProductionSession], object]


@dataclass(frozen=True)
class Scenario:
    """What was there before, and what is tried then."""

    before: tuple[Act, ...]
    act: Act


def promote_first(production: ProductionSession) -> object:
    return promote(production, with_model(FIRST), files=model_files())


def promote_second(production: ProductionSession) -> object:
    return promote(production, SECOND)


def roll_back_to_first(production: ProductionSession) -> object:
    return roll_back("previous", reason="it flags too many", production=production)


SCENARIOS = {
    "first": Scenario((), promote_first),
    "second": Scenario((promote_first,), promote_second),
    "rollback": Scenario((promote_first, promote_second), roll_back_to_first),
}


class Ended(NamedTuple):
    """How it looked to who promoted: the name of what was raised, if anything, and its words."""

    kind: str | None
    message: str

    def lies(self, *, is_new: bool) -> list[str]:
        """What it said that is not so."""
        says_new = self.kind is None or "Its configuration is in production" in self.message
        says_old = UNCHANGED in self.message
        lies = (says_new and not is_new) or (says_old and is_new)
        return [f"it said: {self.message}"] if lies else []


def attempted(act: Act, production: ProductionSession) -> Ended:
    try:
        act(production)
    except (FraudDetectionError, Killed, KeyboardInterrupt) as error:
        notes = getattr(error, "__notes__", [])
        return Ended(type(error).__name__, "\n".join([str(error), *notes]))
    return Ended(None, "")


def copied(production: ProductionSession) -> ProductionSession:
    """The same environment again, so that what happens to the copy does not touch it."""
    objects, parameters = copy(production.objects), copy(production.parameters)
    objects.objects = dict(objects.objects)
    parameters.parameters = dict(parameters.parameters)
    return replace(
        production,
        objects=objects,
        parameters=parameters,
        registry=deepcopy(production.registry),
    )


@lru_cache
def _prepared(name: str) -> tuple[ProductionSession, Snapshot]:
    production = fake_production()
    for act in SCENARIOS[name].before:
        act(production)
    bury(production)
    return production, snapshot(production)


def prepared(name: str) -> tuple[ProductionSession, Snapshot]:
    """An environment of one's own, as it is before the scenario begins."""
    production, before = _prepared(name)
    return copied(production), before


@lru_cache
def calls_of(name: str) -> tuple[str, ...]:
    """Every call of the scenario when nothing happens, by the names of port and method."""
    production, _ = prepared(name)
    wire = Wire()
    SCENARIOS[name].act(over(wire, production))
    return tuple(wire.calls)


def changing_calls(name: str) -> list[int]:
    """Those that change something: a kill after one that reads leaves what the one before left."""
    return [number for number, call in enumerate(calls_of(name)) if is_changing(call)]


def is_changing(call: str) -> bool:
    return call.split(".")[1] in CHANGING


def broken_by(name: str, fault: Fault, at: int) -> list[str]:
    """Let it happen, start again, recover twice, promote: every promise that did not hold."""
    production, before = prepared(name)
    readers = readers_of(production)
    wire = Wire({at: fault}, readers.look)
    ended = attempted(SCENARIOS[name].act, over(wire, production))
    was_late = bool(wire.late)
    wire.deliver_late()
    bury(production)
    readers.look()
    recover(production)
    readers.look()
    new = current(production)
    found = readers.problems(before.config, new)
    if len(wire.calls) <= at:
        found.append("nothing happened")
    if not was_late:
        found += ended.lies(is_new=new != before.config)
    found += recovered_problems(production, before)
    return [f"{name}, {fault.__name__} at {at}: {problem}" for problem in found]


def broken_by_pair(name: str, at: int, second: int) -> list[str]:
    """The same with two kills: after a call of the promotion, and after one of the recovery."""
    production, before = prepared(name)
    readers = readers_of(production)
    attempted(SCENARIOS[name].act, over(Wire({at: killed_after}, readers.look), production))
    bury(production)
    attempted(recover, over(Wire({second: killed_after}, readers.look), production))
    bury(production)
    recover(production)
    readers.look()
    found = readers.problems(before.config, current(production))
    found += recovered_problems(production, before)
    return [f"{name}, killed after {at} and {second}: {problem}" for problem in found]


def recovery_calls(name: str, at: int) -> int:
    """How many calls a recovery takes after a kill there."""
    wire = Wire()
    recover(over(wire, killed(name, at)[0]))
    return len(wire.calls)


def killed(name: str, at: int) -> tuple[ProductionSession, Snapshot]:
    """What a kill after one of the calls leaves, and what was there before."""
    production, before = prepared(name)
    attempted(SCENARIOS[name].act, over(Wire({at: killed_after}), production))
    bury(production)
    return production, before


def current(production: ProductionSession) -> ProductionConfig | None:
    return read_production_config(production.objects, production.settings)


def recovered_problems(production: ProductionSession, before: Snapshot) -> list[str]:
    """What is wrong after a recovery, what a second one would still change, what fails then."""
    found = problems(production, before)
    found += [f"verify: {difference}" for difference in verify(production)]
    after = snapshot(production)
    recover(production)
    if snapshot(production) != after:
        found.append("a second recovery changed something")
    promote(production, another(FIRST))
    return found + [f"afterwards: {problem}" for problem in problems(production, after)]
