"""Nursery: processes that are ready at once, to be killed in the middle of what they do."""

import multiprocessing
import os
from collections.abc import Callable
from typing import Any

from fakes.misfortunes import Ended

Play = Callable[[], Ended]


class Nursery:
    """A process that has everything ready for a play, and forks one after another who plays it.

    `ready` is given what `born` was, and returns the play.
    """

    def __init__(self, ready: Callable[..., Play]) -> None:
        self._ours, theirs = forking().Pipe()
        self._process = forking().Process(target=_nurse, args=(theirs, ready))
        self._process.start()
        theirs.close()

    def born(self, *given: Any) -> int:
        """Let one be born, who waits for the beginning; return its process id."""
        self._ours.send(given)
        pid: int = self._ours.recv()
        return pid

    def played(self) -> Ended:
        """Let it begin, and wait for its end; one that was killed has no words."""
        self._ours.send("begin")
        words = self._ours.recv()
        if words is None:
            return Ended("Killed", "")
        assert self._ours.recv() is None
        return Ended(*words)

    def close(self) -> None:
        self._ours.send(None)
        self._process.join()


def _nurse(told: Any, ready: Callable[..., Play]) -> None:
    while (given := told.recv()) is not None:
        play = ready(*given)
        player = os.fork()
        if not player:
            told.send(os.getpid())
            told.recv()
            told.send(tuple(play()))
            os._exit(0)
        os.waitpid(player, 0)
        told.send(None)  # it is gone


def forking() -> Any:
    """Processes without the threads of this one."""
    return multiprocessing.get_context("forkserver")
