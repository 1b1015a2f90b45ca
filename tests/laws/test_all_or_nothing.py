"""All or nothing: whatever happens at whichever call of a promotion, production is old or new.

Every call of a promotion and of a rollback is recorded from a run in which nothing happens, so
that a call which is added later is covered by itself. Then each of them meets each fault. Readers
look after every call; after the fault comes a restart, a recovery, a second one, and a promotion.
"""

import pytest

from fakes.faults.fault_scenarios import (
    CHANGING,
    READING,
    SCENARIOS,
    attempted,
    broken_by,
    broken_by_pair,
    calls_of,
    changing_calls,
    copied,
    is_changing,
    killed,
    prepared,
    recovery_calls,
)
from fakes.faults.faulty_ports import FAULTS, Fault, Wire, killed_after, killed_before, over
from fakes.faults.kills import Killed
from fakes.promotions.naive_layout import naive_promotion, naive_readers
from fakes.promotions.production import fake_production
from fakes.promotions.promotions import FIRST, SECOND, planned, promote
from fakes.promotions.recovery_checks import OPEN, bury, disagreements, problems
from foundation.production.config import ProductionConfig
from promotion.production import ProductionSession
from promotion.protocol.state import projected
from promotion.verify.verification import repair, verify

EVERY = 10  # in the normal run each fault happens at every tenth call, and each call has one

every_scenario = pytest.mark.parametrize("scenario", SCENARIOS)
every_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)


def broken(scenario: str, fault: Fault, *, first: int = 0, step: int = 1) -> list[str]:
    numbers = range(first, len(calls_of(scenario)), step)
    return [problem for at in numbers for problem in broken_by(scenario, fault, at)]


@every_fault
@every_scenario
def test_a_fault_at_one_of_the_calls_leaves_the_old_or_the_new(scenario: str, fault: Fault) -> None:
    first = (FAULTS.index(fault) + list(SCENARIOS).index(scenario)) % EVERY
    assert broken(scenario, fault, first=first, step=EVERY) == []


@pytest.mark.laws
@every_fault
@every_scenario
def test_a_fault_at_any_call_leaves_the_old_or_the_new(scenario: str, fault: Fault) -> None:
    assert broken(scenario, fault) == []


@every_scenario
def test_the_calls_are_those_of_every_store(scenario: str) -> None:
    calls = calls_of(scenario)
    assert {call.split(".")[0] for call in calls} == {"objects", "parameters", "registry", "signer"}
    assert calls.count("objects.write_if") > 1  # the commit, and the preflight before it


def test_every_method_of_a_port_is_known_to_change_something_or_not() -> None:
    """Else a renamed method would be left out of the calls that a kill follows."""
    made = {call.split(".")[1] for scenario in SCENARIOS for call in calls_of(scenario)}
    assert made >= CHANGING
    assert made - CHANGING <= READING


# Two misfortunes


@every_scenario
def test_a_recovery_that_is_killed_is_recovered_from(scenario: str) -> None:
    found: list[str] = []
    for at in changing_calls(scenario)[::6]:
        calls = recovery_calls(scenario, at)
        for second in range(at % 9, calls, 9):
            found += broken_by_pair(scenario, at, second)
    assert found == []


@pytest.mark.laws
@every_scenario
def test_a_recovery_that_is_killed_anywhere_after_a_kill_anywhere_is_recovered_from(
    scenario: str,
) -> None:
    found: list[str] = []
    for at in changing_calls(scenario):
        for second in range(recovery_calls(scenario, at)):
            found += broken_by_pair(scenario, at, second)
    assert found == []


# Whoever looks instead of recovering


@every_scenario
def test_whatever_a_kill_leaves_is_seen_and_put_right(scenario: str) -> None:
    seen, found = 0, []
    for at in changing_calls(scenario):
        production, before = killed(scenario, at)
        is_half = any(problem != OPEN for problem in disagreements(production))
        is_seen = bool(verify(production))
        found += [f"{at}: seen is {is_seen}, half is {is_half}"] * (is_seen != is_half)
        found += [f"{at}: not repaired: {difference}" for difference in repair(production)]
        left = [problem for problem in problems(production, before) if problem != OPEN]
        found += [f"{at}: {problem}" for problem in left]
        seen += is_half
    assert found == []
    assert seen > len(projected(planned(production, FIRST).config))  # after every parameter, say


# The check can fail


def test_the_naive_layout_is_torn_by_every_kill_but_one() -> None:
    """Parameters one by one, then the file: what the protocol is there to replace."""
    production = fake_production()
    old, new = promote(production, FIRST).config, planned(production, SECOND).config
    clean = Wire()
    naive_promotion(new, over(clean, copied(production)))

    torn = [at for at in range(len(clean.calls)) if is_torn(copied(production), old, new, at)]

    writes = [number for number, call in enumerate(clean.calls) if is_changing(call)]
    assert torn == writes[1:]


def is_torn(
    production: ProductionSession, old: ProductionConfig, new: ProductionConfig, killed_at: int
) -> bool:
    readers = naive_readers(production)
    wire = Wire({killed_at: killed_before}, readers.look)
    attempted(lambda place: naive_promotion(new, place), over(wire, production))
    return bool(readers.problems(projected(old), projected(new)))


def test_a_killed_process_does_nothing_any_more() -> None:
    wire = Wire({0: killed_after})
    production = fake_production()
    dead = over(wire, production)
    with pytest.raises(Killed):
        dead.objects.write("bucket", "a", b"applied")
    with pytest.raises(Killed):
        dead.objects.write("bucket", "b", b"never")
    assert production.objects.keys("bucket", "") == ["a"]


def test_a_buried_process_holds_up_nobody() -> None:
    production, before = prepared("second")
    wire = Wire({calls_of("second").index("objects.delete"): killed_after})
    attempted(SCENARIOS["second"].act, over(wire, production))
    bury(production)
    assert promote(production, SECOND).config.follows == before.config.promotion_id
