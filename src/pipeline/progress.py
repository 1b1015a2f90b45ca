"""Progress: one line that shows how far a long step is, in a notebook or a terminal."""

import sys
import time
from typing import TextIO

SECONDS_BETWEEN = 1.0  # a notebook keeps every line that was written, also those written over


class ProgressLine:
    """Shows the iteration and the validation measure of a fit; pass it as `on_progress`."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._shown = -SECONDS_BETWEEN

    def __call__(self, iteration: int, of: int, measure: float) -> None:
        now = time.monotonic()
        if now - self._shown >= SECONDS_BETWEEN or iteration == of:
            self._shown = now
            self._out.write(f"\riteration {iteration} of {of}: average precision {measure:.4f}")
            self._out.flush()


class WaitingLine:
    """Shows the status of an endpoint, and the seconds waited so far; pass it as `on_wait`."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._shown = -SECONDS_BETWEEN

    def __call__(self, status: str, seconds: float) -> None:
        if seconds - self._shown >= SECONDS_BETWEEN:
            self._shown = seconds
            self._out.write(f"\rendpoint: {status}, {seconds:.0f} s")
            self._out.flush()
