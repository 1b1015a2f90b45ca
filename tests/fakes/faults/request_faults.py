"""Moments: a proxy that lets so many requests through, and does something to the next one."""

import asyncio
import os
import random
import threading
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import ClientSession, web
from microburst.core.pipeline import Microburst
from microburst.detection import detect
from yarl import URL

from fakes.faults.faulty_proxy import Burst

# Before it tries again botocore waits a random share of a growing time, and microburst draws one
# number before that. The first two shares that this seed gives are below a five-hundredth.
SHORT = 8038
CHANGING = ("Put", "Delete")
OF_ONE_LINK = {"host", "connection", "content-length", "transfer-encoding", "expect"}

Happening = Callable[["Moment", web.Request], Awaitable[web.StreamResponse]]


def nothing() -> None:
    """For when nobody looks."""


class Moment(Microburst):
    """Counts the requests, and does to one of them what no rule of microburst can do."""

    def __init__(self, upstream: str) -> None:
        super().__init__(upstream)
        self.requests: list[str] = []
        self.happenings: dict[int, Happening] = {}
        self.look: Callable[[], object] = nothing
        self._looking = threading.Lock()

    async def handle_proxy(self, request: web.Request) -> Any:
        number, name = len(self.requests), _name(request)
        self.requests.append(name)
        random.seed(SHORT)
        happening = self.happenings.get(number, Moment.passed_on)
        response = await happening(self, request)
        random.seed(SHORT)
        if name.split(".")[1].startswith(CHANGING):
            await asyncio.get_running_loop().run_in_executor(None, self._look)
        return response

    async def passed_on(self, request: web.Request) -> web.StreamResponse:
        """What microburst does by its rules."""
        response: web.StreamResponse = await super().handle_proxy(request)
        return response

    async def applied(self, request: web.Request) -> None:
        """Let it arrive, and keep the reply."""
        headers = {name: value for name, value in request.headers.items()
                   if name.lower() not in OF_ONE_LINK}  # fmt: skip
        url = URL(self.upstream.base_url + request.rel_url.raw_path_qs, encoded=True)
        body = await request.read()
        async with ClientSession() as session:
            sent = session.request(request.method, url, headers=headers, data=body)
            async with sent as reply:
                await reply.read()

    def _look(self) -> None:
        with self._looking:
            self.look()


class Moments(Burst):
    """The proxy, for one run after another."""

    kind = Moment
    _proxy: Moment

    @property
    def requests(self) -> list[str]:
        """What came through since the run began: service, operation, and the key in S3."""
        return self._proxy.requests

    def begin(
        self,
        at: int = 0,
        *,
        rules: Sequence[dict[str, Any]] = (),
        happening: Happening | None = None,
        look: Callable[[], object] = nothing,
    ) -> None:
        """Count anew: `at` requests come through, and then the rules hold, each as often as it
        says; or the next request meets what happens. Somebody looks after every change."""
        passing = {"service": "*", "times": at}
        rules = [{"service": "*", **rule} for rule in rules]
        self._proxy.engine.set_rules([passing, *rules] if rules else [])
        self._proxy.happenings = {at: happening} if happening else {}
        self._proxy.requests = []
        self._proxy.look = look


async def delivered_twice(moment: Moment, request: web.Request) -> web.StreamResponse:
    await moment.applied(request)
    response: web.StreamResponse = await moment.upstream.relay(request, await request.read())
    return response


def signalled(pid: int, signal: int, *, after: bool) -> Happening:
    """A signal to the process whose request it is, which never hears the reply."""

    async def happening(moment: Moment, request: web.Request) -> web.StreamResponse:
        if after:
            await moment.applied(request)
        os.kill(pid, signal)
        if request.transport:
            request.transport.abort()
        return web.Response()

    return happening


def _name(request: web.Request) -> str:
    path, query = request.rel_url.path, request.rel_url.query
    found = detect(request.headers, request.method, path, query, None)
    return f"{found.service}.{found.operation} {path}"
