"""Racers: processes and threads that promote at the same moment, each from the same state."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from fakes.faults.fault_scenarios import Act, Ended, attempted
from fakes.faults.faulty_ports import Call, Wire, over
from fakes.faults.process_forker import forking
from fakes.promotions.naive_layout import naive_promotion
from fakes.promotions.promotions import FIRST, SECOND, another, planned
from fakes.promotions.remote_production import remote_production
from foundation.settings import Settings
from promotion.production import ProductionSession
from promotion.protocol.execute_plan import execute_plan
from promotion.protocol.proposal import propose
from promotion.protocol.state import current_promotion
from promotion.records import Plan

LOST = ("PromotionLost", "Busy")
Race = Callable[[Plan, ProductionSession], object]


def by_protocol(plan: Plan, production: ProductionSession) -> None:
    propose(plan, production)
    execute_plan(plan, production)


def naively(plan: Plan, production: ProductionSession) -> None:
    naive_promotion(plan.config, production)


class Result(NamedTuple):
    """What one racer wanted, and how it ended for it."""

    promotion_id: str
    ended: Ended


def entered(number: int, production: ProductionSession) -> Plan:
    """What racer `number` wants to promote: the algorithms differ."""
    return planned(production, another([FIRST, SECOND][number % 2]), f"racer {number}")


class Racers:
    """Processes that race as often as they are told to."""

    def __init__(self, settings: Settings, folder: Path, count: int = 3) -> None:
        self._lines: list[Any] = []
        self._processes: list[Any] = []
        for number in range(count):
            ours, theirs = forking().Pipe()
            given = (theirs, settings, folder, number)
            process = forking().Process(target=_race, args=given)
            process.start()
            theirs.close()
            self._lines.append(ours)
            self._processes.append(process)

    def race(self, how: Race) -> list[Result]:
        """Let all plan, and when all have, let all go."""
        for line in self._lines:
            line.send(how)
        entries = [line.recv() for line in self._lines]
        for line in self._lines:
            line.send("go")
        ends = [Ended(*line.recv()) for line in self._lines]
        return [Result(*both) for both in zip(entries, ends, strict=True)]

    def stop(self) -> None:
        for line, process in zip(self._lines, self._processes, strict=True):
            line.send(None)
            process.join()


def _race(told: Any, settings: Settings, folder: Path, number: int) -> None:
    production = remote_production(settings, folder, who=f"racer-{number}")
    while (how := told.recv()) is not None:
        plan = entered(number, production)
        told.send(plan.promotion_id)
        told.recv()
        told.send(tuple(attempted(partial(how, plan), production)))


class Crowd(Wire):
    """Each call is done whole, as AWS does it; before it, whoever waits may have a turn."""

    def carry(self, name: str, call: Call) -> Any:
        time.sleep(0)
        return super().carry(name, call)


def race_in_threads(production: ProductionSession, how: Race, count: int = 3) -> list[Result]:
    """The same by threads, in memory."""
    plans = [entered(number, production) for number in range(count)]
    ends = all_at_once([partial(how, plan) for plan in plans], production)
    return [Result(plan.promotion_id, end) for plan, end in zip(plans, ends, strict=True)]


def all_at_once(acts: Sequence[Act], production: ProductionSession) -> list[Ended]:
    shared = over(Crowd(), production)
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(lambda act: attempted(act, shared), acts))


def problems_of_race(results: list[Result], production: ProductionSession) -> list[str]:
    """Who won, if it was not exactly one, and who lost without hearing of the winner."""
    winners = [result for result in results if result.ended.kind is None]
    current = current_promotion(production)
    if [result.promotion_id for result in winners] != [current]:
        return [f"{len(winners)} won, and {current} is in production: {results}"]
    lost = [result for result in results if result not in winners]
    return [
        f"it lost without hearing of {current}: {result}"
        for result in lost
        if result.ended.kind not in LOST or str(current) not in result.ended.message
    ]
