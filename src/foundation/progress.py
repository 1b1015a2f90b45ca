"""Progress callbacks: types of the functions to which long work reports."""

from collections.abc import Callable
from typing import TypeVar

Latest = TypeVar("Latest")

# Units done, units in all (0: not known), and the latest: a name (`str`) or a metric (`float`).
OnProgress = Callable[[int, int, Latest], None]
OnStep = Callable[[str], None]  # the step that begins now


def ignore_progress(*_: object) -> None:
    """Do nothing: the callback of callers that show no progress."""
