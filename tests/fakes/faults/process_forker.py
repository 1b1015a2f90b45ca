"""Process forker: processes that are ready at once, to be killed in the middle of a run."""

import multiprocessing
import os
from collections.abc import Callable
from typing import Any

from fakes.faults.fault_scenarios import Ended

ReadyScenario = Callable[[], Ended]


class ProcessForker:
    """A process that prepares a scenario, and forks one child after another that runs it.

    `ready` gets the arguments of `fork`, and returns the scenario to run.
    """

    def __init__(self, ready: Callable[..., ReadyScenario]) -> None:
        self._ours, theirs = forking().Pipe()
        self._process = forking().Process(target=_fork_children, args=(theirs, ready))
        self._process.start()
        theirs.close()

    def fork(self, *given: Any) -> int:
        """Fork a child that waits for `run_scenario`; return its process id."""
        self._ours.send(given)
        pid: int = self._ours.recv()
        return pid

    def run_scenario(self) -> Ended:
        """Start the child, and wait for its end; a killed child has no message."""
        self._ours.send("begin")
        message = self._ours.recv()
        if message is None:
            return Ended("Killed", "")
        assert self._ours.recv() is None
        return Ended(*message)

    def close(self) -> None:
        self._ours.send(None)
        self._process.join()


def _fork_children(pipe: Any, ready: Callable[..., ReadyScenario]) -> None:
    while (given := pipe.recv()) is not None:
        run = ready(*given)
        child = os.fork()
        if not child:
            pipe.send(os.getpid())
            pipe.recv()
            pipe.send(tuple(run()))
            os._exit(0)
        os.waitpid(child, 0)
        pipe.send(None)  # it is gone


def forking() -> Any:
    """Processes without the threads of this one."""
    return multiprocessing.get_context("forkserver")
