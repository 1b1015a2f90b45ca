"""A tracking server, or a client of one, that dies at one of its calls."""

from collections.abc import Callable
from typing import Any


class Death:
    """Counts the calls to a server, which dies before or after one of them; until it is revived.

    With `lasting`, every later call fails too.
    """

    def __init__(
        self, at: int | None, *, after: bool, lasting: bool, error: Callable[[], BaseException]
    ) -> None:
        self.calls = 0
        self._at, self._after, self._lasting, self._error = at, after, lasting, error

    def __call__(self, call: Callable[[], Any]) -> Any:
        number, self.calls = self.calls, self.calls + 1
        dies = self._at is not None and number == self._at
        if (dies and not self._after) or (self._lasting and self._is_past(number)):
            raise self._error()
        answer = call()
        if dies:
            raise self._error()
        return answer

    def _is_past(self, number: int) -> bool:
        return self._at is not None and number > self._at


class Dying:
    """Stands before a server, a client or a port: every method of it counts as a call."""

    def __init__(self, alive: Any, death: Death) -> None:
        self._alive, self._death = alive, death

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._alive, name)
        if name.startswith("_") or not callable(found):
            return found
        return lambda *args, **options: self._death(lambda: found(*args, **options))
