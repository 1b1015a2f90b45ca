"""Misfortunes over HTTP: what can happen to a request, and whether all is whole afterwards."""

import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fakes.faults.fault_scenarios import Ended, current
from fakes.faults.faulty_proxy import HUNG_UP, LOST
from fakes.faults.process_forker import ProcessForker
from fakes.faults.request_faults import Moments, delivered_twice, signalled
from fakes.promotions.production_readers import readers_of
from fakes.promotions.recovery_checks import Snapshot, problems, snapshot
from fakes.promotions.remote_production import RemoteEnvironment
from foundation.aws import client
from promotion.production import ProductionSession
from promotion.protocol.recovery import recover
from promotion.verify.verification import verify

Look = Callable[[], object]
Misfortune = Callable[["RemoteTestbed", int, Look], Ended]

THROTTLED = {"s3": ("SlowDown", 503), "ssm": ("ThrottlingException", 400)}
FAILED = {"s3": ("InternalError", 500), "ssm": ("InternalServerError", 500)}
OTHERS_THROTTLED, OTHERS_FAILED = ("ThrottlingException", 400), ("KMSInternalException", 500)
AWAY = {"error": {"code": "ServiceUnavailable", "status": 503}}


def throttled(service: str) -> dict[str, Any]:
    return _refused(*THROTTLED.get(service, OTHERS_THROTTLED))


def failed(service: str) -> dict[str, Any]:
    return _refused(*FAILED.get(service, OTHERS_FAILED))


def away(_service: str) -> dict[str, Any]:
    return AWAY


def reset(_service: str) -> dict[str, Any]:
    return {"reset": True}


def reply_lost(service: str) -> dict[str, Any]:
    """Applied; a reply of S3 to a write has no body, so there is nothing of it to cut."""
    return {"response": LOST if service == "s3 write" else HUNG_UP}


def _refused(code: str, status: int) -> dict[str, Any]:
    return {"error": {"code": code, "status": status}}


@dataclass
class RemoteTestbed:
    """An environment, the proxy before it, and the forker of processes that may be killed."""

    environment: RemoteEnvironment
    burst: Moments
    forker: ProcessForker
    _requests: list[str] = field(default_factory=list)

    @property
    def requests(self) -> list[str]:
        """Every request of the scenario when nothing happens."""
        if not self._requests:
            self.environment.set_back()
            self.burst.begin()
            self.environment.run_scenario()
            self._requests = list(self.burst.requests)
        return self._requests

    def service(self, at: int) -> str:
        service, _, operation = self.requests[at].partition(".")
        is_write = operation.startswith(("Put", "Delete"))
        return f"{service} write" if service == "s3" and is_write else service


def once(rule: Callable[[str], dict[str, Any]]) -> Misfortune:
    """It happens to one request, which boto3 sends again."""

    def run(testbed: RemoteTestbed, at: int, look: Look) -> Ended:
        fault = {**rule(testbed.service(at)), "times": 1}
        testbed.burst.begin(at, rules=[fault], look=look)
        return testbed.environment.run_scenario()

    return run


def for_good(rule: Callable[[str], dict[str, Any]]) -> Misfortune:
    """It happens to one request, and from there on nobody answers this process."""

    def run(testbed: RemoteTestbed, at: int, look: Look) -> Ended:
        fault = {**rule(testbed.service(at)), "times": 1}
        testbed.burst.begin(at, rules=[fault, AWAY], look=look)
        return testbed.environment.run_scenario()

    return run


def twice(testbed: RemoteTestbed, at: int, look: Look) -> Ended:
    testbed.burst.begin(at, happening=delivered_twice, look=look)
    return testbed.environment.run_scenario()


def signal_sent(number: int, *, after: bool) -> Misfortune:
    """A signal to a process of its own, before a request arrives or after it was applied."""

    def run(testbed: RemoteTestbed, at: int, look: Look) -> Ended:
        environment = testbed.environment
        child = testbed.forker.fork(environment.proxied, environment.folder, environment.scenario)
        testbed.burst.begin(at, happening=signalled(child, number, after=after), look=look)
        return testbed.forker.run_scenario()

    return run


# The promotion comes to production all the same; only an object that is cut off while it is read
# stops it, since boto3 has handed over the reading by then.
PASSING: dict[str, Misfortune] = {
    "throttled": once(throttled),
    "500": once(failed),
    "503": once(away),
    "reset": once(reset),
    "reply lost": once(reply_lost),
    "delivered twice": twice,
}
STOPPING: dict[str, Misfortune] = {
    "away": for_good(away),
    "reply lost, then away": for_good(reply_lost),
    "killed before": signal_sent(signal.SIGKILL, after=False),
    "killed after": signal_sent(signal.SIGKILL, after=True),
    "interrupted before": signal_sent(signal.SIGINT, after=False),
    "interrupted after": signal_sent(signal.SIGINT, after=True),
}
MISFORTUNES = {**PASSING, **STOPPING}


def broken_by(testbed: RemoteTestbed, what: str, at: int) -> list[str]:
    """Let it happen, start again, recover twice: every promise that did not hold."""
    environment, request = testbed.environment, testbed.requests[at]
    # botocore gives a client a budget of retries. Earlier plays spent that of cached ones, and
    # without it a connection that the proxy has just closed ends a play before its fault.
    client.cache_clear()
    before, production = environment.set_back(), environment.production
    readers = readers_of(production)
    ended = MISFORTUNES[what](testbed, at, readers.look)
    reached = len(testbed.burst.requests)
    found = [] if reached > at else [f"it ended after {reached} requests, in {ended}"]
    testbed.burst.begin()
    recover(production)
    readers.look()
    new = current(production)
    found += readers.problems(before.config, new)
    found += ended.lies(is_new=new != before.config)
    if what in PASSING and ended.kind and not (what == "reply lost" and "GetObject" in request):
        found.append(f"it stopped: {ended.kind}: {ended.message}")
    found += left_problems(production, before)
    return [f"{environment.scenario}, {what} at {at} ({request}): {problem}" for problem in found]


def left_problems(production: ProductionSession, before: Snapshot) -> list[str]:
    """What is wrong after a recovery, and what a second one would still change."""
    found = [*problems(production, before), *map(str, verify(production))]
    after = snapshot(production)
    recover(production)
    return found + ["a second recovery changed something"] * (snapshot(production) != after)
