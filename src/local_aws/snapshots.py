"""Snapshots: save the state of a running server to disk, without stopping the server.

A forked child saves the state: it has the memory of one instant, while its parent continues to
serve (as Redis does with BGSAVE).
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
AT_MOST_SECONDS = 30.0  # unless the burst never ends
IDLE_SECONDS = 300.0  # a change without a request (a schedule that fires) is saved within this
GIVE_UP_SECONDS = 120.0

log = logging.getLogger(__name__)


class Snapshots:
    """Calls `save` after changes: 2 s after the last change, but 30 s after the first at most."""

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
        """Take a snapshot now; on failure log it, keep the one before, and return False."""
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
        """Finish a snapshot that is under way, and take no more."""
        await self._one_at_a_time.acquire()

    def _save_and_exit(self, parent: int) -> None:
        code = 1
        try:
            # Two savers of one state would corrupt it: this one must not outlive the server.
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
