"""Snapshots: a running server's state on disk, without stopping it.

The state is saved by a forked child, which sees the memory of one instant while its parent serves
on (as Redis does with BGSAVE).
"""

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Callable

from local_aws.die_with_parent import die_with_parent

QUIET_SECONDS = 2.0  # a burst of writes is one snapshot
AT_MOST_SECONDS = 30.0  # … unless it never ends
IDLE_SECONDS = 300.0  # what changes without a request (a schedule that fires) waits this long
GIVE_UP_SECONDS = 120.0

log = logging.getLogger(__name__)


class Snapshots:
    """Saves with `save` when something changed: 2 s after the last change, 30 s after the first."""

    def __init__(
        self, save: Callable[[], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._save, self._clock = save, clock
        self._taken = clock()
        self._first_change: float | None = None
        self._last_change = 0.0
        self._one_at_a_time = asyncio.Lock()

    def changed(self) -> None:
        self._last_change = self._clock()
        if self._first_change is None:
            self._first_change = self._last_change

    @property
    def is_due(self) -> bool:
        now = self._clock()
        if self._first_change is None:
            return now - self._taken >= IDLE_SECONDS
        is_quiet = now - self._last_change >= QUIET_SECONDS
        return is_quiet or now - self._first_change >= AT_MOST_SECONDS

    async def run(self) -> None:
        while True:
            await asyncio.sleep(0.5)
            if self.is_due:
                await self.take()

    async def take(self) -> bool:
        """Take one now; False (and a line in the log) when it failed and the last one stands."""
        async with self._one_at_a_time:
            self._first_change, self._taken = None, self._clock()
            parent = os.getpid()
            child = os.fork()
            if child == 0:
                self._save_and_exit(parent)
            succeeded = await _succeeds(child)
        if not succeeded:
            self.changed()  # try again
            log.error("A snapshot failed; the one before it stands.")
        return succeeded

    async def end(self) -> None:
        """Finish the one under way, and take no more."""
        await self._one_at_a_time.acquire()

    def _save_and_exit(self, parent: int) -> None:
        code = 1
        try:
            # Two savers of one state would tear it: this one must not outlive its server.
            if sys.platform == "linux":
                die_with_parent(parent)
            os.closerange(3, 65536)  # else the port would stay taken when the server is killed
            os.nice(10)
            self._save()
            code = 0
        finally:
            os._exit(code)


async def _succeeds(child: int) -> bool:
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while (ended := os.waitpid(child, os.WNOHANG))[0] == 0:
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
        await asyncio.sleep(0.02)
    return ended[1] == 0
