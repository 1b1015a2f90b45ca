"""Stalled: a promotion that stood still until it was taken for dead, and then goes on.

Its lease was silent for a minute, say because a laptop was closed. Somebody else finished it, or
gave it up, and promoted. Then it wakes up in the middle of one of its calls.
"""

import pytest

from fakes.faults.fault_scenarios import (
    SCENARIOS,
    Ended,
    attempted,
    calls_of,
    changing_calls,
    prepared,
)
from fakes.faults.faulty_ports import Wire, killed_after, meanwhile, over
from fakes.promotions.promotions import FIRST, another, promote
from fakes.promotions.recovery_checks import bury, disagreements, recorded_events
from promotion.production import ProductionSession
from promotion.protocol.recovery import recover, recover_if_needed
from promotion.verify.verification import repair, verify

EVERY = 5
CAME = "Its configuration came to production"

every_scenario = pytest.mark.parametrize("scenario", SCENARIOS)


def overtaken(
    scenario: str, at: int, killed_at: int | None = None
) -> tuple[ProductionSession, Ended]:
    """Let others promote while it stands still before a call; kill it after a later one."""
    production, _ = prepared(scenario)

    def overtake() -> None:
        bury(production)
        recover_if_needed(production)
        assert attempted(promote_another, production).kind is None

    wire = Wire({at: meanwhile(overtake), **({killed_at: killed_after} if killed_at else {})})
    ended = attempted(SCENARIOS[scenario].act, over(wire, production))
    bury(production)
    return production, ended


def promote_another(production: ProductionSession) -> object:
    return promote(production, another(FIRST), "overtaking")


def broken_by_standing_still(scenario: str, at: int) -> list[str]:
    production, ended = overtaken(scenario, at)
    found = [*disagreements(production), *map(str, verify(production))]
    came = recorded_events(production).total() - recorded_events(prepared(scenario)[0]).total() - 1
    if came != (ended.kind is None or CAME in ended.message):
        found.append(f"{came} came to production, and it said: {ended.message}")
    if recover(production):
        found.append("there was something to recover")
    return [f"{scenario}, stalled at {at}: {problem}" for problem in found]


@every_scenario
def test_who_wakes_up_in_the_middle_leaves_nothing_of_the_past(scenario: str) -> None:
    numbers = range(list(SCENARIOS).index(scenario), len(calls_of(scenario)), EVERY)
    assert [broken for at in numbers for broken in broken_by_standing_still(scenario, at)] == []


@pytest.mark.laws
@every_scenario
def test_who_wakes_up_anywhere_leaves_nothing_of_the_past(scenario: str) -> None:
    numbers = range(len(calls_of(scenario)))
    assert [broken for at in numbers for broken in broken_by_standing_still(scenario, at)] == []


def broken_by_waking_up_to_die(scenario: str, at: int, killed_at: int) -> list[str]:
    """Parameter Store takes what comes last, whoever sends it: a value that was on its way for a
    minute, of a process that died before it could look again, stays until somebody verifies."""
    production, _ = overtaken(scenario, at, killed_at)
    recover(production)
    found = []
    if disagreements(production) and not verify(production):
        found.append("verify does not see it")
    found += [f"not repaired: {difference}" for difference in repair(production)]
    found += disagreements(production)
    return [f"{scenario}, stalled at {at}, killed at {killed_at}: {problem}" for problem in found]


@every_scenario
def test_what_a_process_does_that_wakes_up_to_die_is_verified_and_repaired(scenario: str) -> None:
    found: list[str] = []
    for at in changing_calls(scenario)[::6]:
        for killed_at in range(at + 1, len(calls_of(scenario)), 11):
            found += broken_by_waking_up_to_die(scenario, at, killed_at)
    assert found == []


@pytest.mark.laws
@every_scenario
def test_whatever_a_process_does_that_wakes_up_to_die_is_verified_and_repaired(
    scenario: str,
) -> None:
    found: list[str] = []
    for at in changing_calls(scenario):
        for killed_at in range(at + 1, len(calls_of(scenario))):
            found += broken_by_waking_up_to_die(scenario, at, killed_at)
    assert found == []
