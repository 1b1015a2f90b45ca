"""Misfortunes over HTTP: what can happen to a request, and whether all is whole afterwards."""

import signal
from collections.abc import Callable, Iterator
from typing import Any

from fakes.aftermath import Snapshot, problems, snapshot
from fakes.burst import HUNG_UP, LOST
from fakes.misfortunes import Ended, current
from fakes.moments import Moments, delivered_twice, signalled
from fakes.production_readers import readers_of
from fakes.remote_production import Stage
from promotion.production import Production
from promotion.recovery import recover
from promotion.verification import verify

Play = Callable[[Stage, Moments, int, Callable[[], object]], Ended]

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


def once(rule: Callable[[str], dict[str, Any]]) -> Play:
    """It happens to one request, which boto3 sends again."""

    def play(stage: Stage, burst: Moments, at: int, look: Callable[[], object]) -> Ended:
        fault = {**rule(service_of(stage, burst, at)), "times": 1}
        burst.begin(at, rules=[fault], look=look)
        return stage.played()

    return play


def for_good(rule: Callable[[str], dict[str, Any]]) -> Play:
    """It happens to one request, and from there on nobody answers this process."""

    def play(stage: Stage, burst: Moments, at: int, look: Callable[[], object]) -> Ended:
        fault = {**rule(service_of(stage, burst, at)), "times": 1}
        burst.begin(at, rules=[fault, AWAY], look=look)
        return stage.played()

    return play


def twice(stage: Stage, burst: Moments, at: int, look: Callable[[], object]) -> Ended:
    burst.begin(at, happening=delivered_twice, look=look)
    return stage.played()


def signal_sent(number: int, *, after: bool) -> Play:
    """A signal to a process of its own, before a request arrives or after it was applied."""

    def play(stage: Stage, burst: Moments, at: int, look: Callable[[], object]) -> Ended:
        player = stage.started()
        burst.begin(at, happening=signalled(player.pid, number, after=after), look=look)
        return player.played()

    return play


# The promotion comes to production all the same; only an object that is cut off while it is read
# stops it, since boto3 has handed over the reading by then.
PASSING: dict[str, Play] = {
    "throttled": once(throttled),
    "500": once(failed),
    "503": once(away),
    "reset": once(reset),
    "reply lost": once(reply_lost),
    "delivered twice": twice,
}
STOPPING: dict[str, Play] = {
    "away": for_good(away),
    "reply lost, then away": for_good(reply_lost),
    "killed before": signal_sent(signal.SIGKILL, after=False),
    "killed after": signal_sent(signal.SIGKILL, after=True),
    "interrupted before": signal_sent(signal.SIGINT, after=False),
    "interrupted after": signal_sent(signal.SIGINT, after=True),
}
PLAYS = {**PASSING, **STOPPING}


_recorded: dict[tuple[str, str], list[str]] = {}


def requests_of(stage: Stage, burst: Moments) -> list[str]:
    """Every request of the scenario when nothing happens."""
    key = burst.url, stage.scenario
    if key not in _recorded:
        stage.set_back()
        burst.begin()
        stage.played()
        _recorded[key] = list(burst.requests)
    return _recorded[key]


def service_of(stage: Stage, burst: Moments, at: int) -> str:
    name = requests_of(stage, burst)[at]
    service, _, operation = name.partition(".")
    is_write = operation.startswith(("Put", "Delete"))
    return f"{service} write" if service == "s3" and is_write else service


def broken_by(stage: Stage, burst: Moments, what: str, at: int) -> list[str]:
    """Let it happen, start again, recover twice: every promise that did not hold."""
    request = requests_of(stage, burst)[at]
    before, production = stage.set_back(), stage.production
    readers = readers_of(production)
    ended = PLAYS[what](stage, burst, at, readers.look)
    found = []
    if len(burst.requests) <= at:
        found.append("nothing happened")
    burst.begin()
    recover(production)
    readers.look()
    new = current(production)
    found += readers.problems(before.config, new)
    found += ended.lies(is_new=new != before.config)
    if what in PASSING and ended.kind and not (what == "reply lost" and "GetObject" in request):
        found.append(f"it stopped: {ended.kind}: {ended.words}")
    found += list(_left(production, before))
    return [f"{stage.scenario}, {what} at {at} ({request}): {problem}" for problem in found]


def _left(production: Production, before: Snapshot) -> Iterator[str]:
    yield from problems(production, before)
    yield from map(str, verify(production))
    after = snapshot(production)
    recover(production)
    if snapshot(production) != after:
        yield "a second recovery changed something"
