"""Patience: how long tests wait for what must come before they call it a hang."""

import time
from collections.abc import Callable

# Many times what the slowest step takes on the slowest machine: it limits a hang, never a speed.
PATIENCE_SECONDS = 600.0


def wait_until(is_so: Callable[[], object], *, look_seconds: float = 0.02) -> None:
    """Return once `is_so()` is true; fail when that takes longer than PATIENCE_SECONDS."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, f"It is not so after {PATIENCE_SECONDS:.0f} s."
        time.sleep(look_seconds)
