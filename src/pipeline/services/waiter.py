"""Waiter: polls with growing pauses, up to a time limit."""

import time
from collections.abc import Callable

from foundation.errors import Unavailable

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, GROWTH = 0.1, 10.0, 1.15

OnWait = Callable[[str, float], None]


class Waiter:
    """Waits at most `seconds` in all; `on_wait` gets the status and the seconds waited so far."""

    def __init__(self, seconds: float, on_wait: OnWait | None = None) -> None:
        self._seconds, self._on_wait = seconds, on_wait
        self._started, self._pause = time.monotonic(), FIRST_PAUSE_SECONDS

    def wait(self, what: str, status: str) -> None:
        """Pause before the next poll; Unavailable once the time is up."""
        waited = time.monotonic() - self._started
        if waited >= self._seconds:
            message = (
                f"{what} is still {status} after {waited:.0f} s. It was left to go on; "
                "try again to wait for it."
            )
            raise Unavailable(message)
        if self._on_wait is not None:
            self._on_wait(status, waited)
        time.sleep(min(self._pause, self._seconds - waited))
        self._pause = min(self._pause * GROWTH, LONGEST_PAUSE_SECONDS)
