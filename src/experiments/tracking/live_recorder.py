"""Live recording: a study told to the tracking server while it runs, a few trials at a time."""

from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from experiments.tracking.run_tree import ChildRun, RunTree
from experiments.tracking.upsert import RunUpsert
from foundation.errors import FraudDetectionError
from foundation.tracking.runs import TrackedRun

if TYPE_CHECKING:
    from experiments.tracking.recorder import Recorded, Recorder

ENOUGH = 40  # children that are worth a transaction: it costs as much as they do
PATIENCE_SECONDS = 10  # a person who watches the runs waits no longer for fewer
PAUSE_SECONDS = 60  # a study does not sit through the timeouts of a broken server again and again


class LiveRecorder:
    """A study on its way into the tracking server.

    Nothing that goes wrong there is raised: `problem` says what did last, what was not told is
    kept, and tried again after a pause and by `close`. Telling again what was told is free.
    """

    def __init__(
        self, recorder: "Recorder", tree: RunTree, clock: Callable[[], float] = monotonic
    ) -> None:
        running = tree.parent.model_copy(update={"status": "running"})
        self._recorder, self._clock = recorder, clock
        self._tree = tree.model_copy(update={"parent": running})
        self._children = {child.key: child for child in tree.children}
        self._waiting = list(tree.children)
        self._telling: RunUpsert = recorder.telling(self._tree)
        self._sent_at = self._not_before = clock()
        self.problem: str | None = None
        self._send()

    @property
    def run_id(self) -> str | None:
        """The run of the study; None until the server could be told of it."""
        return self._telling.run_id

    def add_children(self, children: Sequence[ChildRun]) -> None:
        """Tell of trials that have finished; a few of them wait for more."""
        self._children |= {child.key: child for child in children}
        self._waiting += children
        is_time = self._clock() - self._sent_at >= PATIENCE_SECONDS
        if (len(self._waiting) >= ENOUGH or is_time) and self._clock() >= self._not_before:
            self._send()

    def flush(self) -> None:
        """Tell what waits, now: the study was interrupted, and nothing will join it."""
        if self._waiting:
            self._send()

    def close(self, parent: TrackedRun, artifacts: Mapping[str, bytes]) -> "Recorded":
        """Complete the study with its metrics and files, and tell whatever is still missing."""
        told = {"parent": parent, "artifacts": dict(artifacts)}
        self._telling.tree = self._whole_tree().model_copy(update=told)
        recorded = self._recorder.complete(self._telling)
        self.problem = recorded.problem
        return recorded

    def _send(self) -> None:
        try:
            self._telling.begin()
            self._telling.tell(self._waiting)
        except FraudDetectionError as error:
            self.problem = self._recorder.keep(self._whole_tree(), error)
            # What the server has now is only known once it was asked again.
            self._telling = self._recorder.telling(self._tree)
            self._not_before = self._clock() + PAUSE_SECONDS
        else:
            self.problem, self._waiting = None, []
        self._sent_at = self._clock()

    def _whole_tree(self) -> RunTree:
        return self._tree.model_copy(update={"children": tuple(self._children.values())})
