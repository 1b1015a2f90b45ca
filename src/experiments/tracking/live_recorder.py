"""Live recorder: a study sent to the tracking server while it runs, a few trials at a time."""

from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from experiments.tracking.run_tree import ChildRun, RunTree
from experiments.tracking.upsert import RunUpsert
from foundation.errors import FraudDetectionError
from foundation.tracking.runs import TrackedRun

if TYPE_CHECKING:
    from experiments.tracking.recorder import Recorded, Recorder

BATCH = 40  # children that are worth a transaction: it costs as much as they do
MAX_DELAY_SECONDS = 10  # a smaller batch is sent after this time, for people who watch the runs
PAUSE_SECONDS = 60  # after a failure: a study does not wait for every timeout of a broken server


class LiveRecorder:
    """The recording of one running study.

    No failure of the tracking server is raised: `problem` is the message of the last one. Children
    that were not recorded are kept, and sent again after a pause and by `close`. Recording again
    what was recorded is free.
    """

    def __init__(
        self, recorder: "Recorder", tree: RunTree, clock: Callable[[], float] = monotonic
    ) -> None:
        running = tree.parent.model_copy(update={"status": "running"})
        self._recorder, self._clock = recorder, clock
        self._tree = tree.model_copy(update={"parent": running})
        self._children = {child.key: child for child in tree.children}
        self._waiting = list(tree.children)
        self._upsert: RunUpsert = recorder.upsert(self._tree)
        self._sent_at = self._not_before = clock()
        self.problem: str | None = None
        self._send()

    @property
    def run_id(self) -> str | None:
        """The run of the study; None until the server has recorded it."""
        return self._upsert.run_id

    def add_children(self, children: Sequence[ChildRun]) -> None:
        """Record finished trials; a few of them wait for more, to be sent in one batch."""
        self._children |= {child.key: child for child in children}
        self._waiting += children
        is_time = self._clock() - self._sent_at >= MAX_DELAY_SECONDS
        if (len(self._waiting) >= BATCH or is_time) and self._clock() >= self._not_before:
            self._send()

    def flush(self) -> None:
        """Send the children that wait, now: the study was interrupted, and no more will come."""
        if self._waiting:
            self._send()

    def close(self, parent: TrackedRun, artifacts: Mapping[str, bytes]) -> "Recorded":
        """Complete the run with its metrics and files, and record whatever is still missing."""
        result = {"parent": parent, "artifacts": dict(artifacts)}
        self._upsert.tree = self._full_tree().model_copy(update=result)
        recorded = self._recorder.complete(self._upsert)
        self.problem = recorded.problem
        return recorded

    def _send(self) -> None:
        try:
            self._upsert.begin()
            self._upsert.record_children(self._waiting)
        except FraudDetectionError as error:
            self.problem = self._recorder.keep(self._full_tree(), error)
            # The server may have recorded a part: a new upsert queries it again.
            self._upsert = self._recorder.upsert(self._tree)
            self._not_before = self._clock() + PAUSE_SECONDS
        else:
            self.problem, self._waiting = None, []
        self._sent_at = self._clock()

    def _full_tree(self) -> RunTree:
        return self._tree.model_copy(update={"children": tuple(self._children.values())})
