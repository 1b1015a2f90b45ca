"""Recorder: run trees sent to the tracking server, now or once it is up; never twice."""

from contextlib import suppress

from pydantic import Field, ValidationError

from experiments.tracking.run_tree import ChildRun, RunTree, standard_tags
from experiments.tracking.upsert import RunUpsert
from foundation import locations
from foundation.errors import FraudDetectionError, InvalidData, NotFound
from foundation.locations import uri
from foundation.record import Record
from foundation.settings import Settings
from foundation.stores.object_store import ObjectStore
from foundation.tracking.runs import Tracking

__all__ = [
    "ChildRun", "Recorded", "Recorder", "RunTree", "SentAgain", "standard_tags",
]  # fmt: skip

DOWN_AFTER = 2  # consecutive failures: then the server is down, and not one tree broken


class Recorded(Record):
    """Where a tree was recorded; or why a part is missing, and where that part is kept."""

    run_id: str | None
    children: dict[str, str] = Field(default_factory=dict)  # run ids by the children's keys
    problem: str | None = None


class SentAgain(Record):
    """The idempotency keys of the trees that were sent, and the problems of the others."""

    sent: list[str] = Field(default_factory=list)
    left: dict[str, str] = Field(default_factory=dict)


class Recorder:
    """Records experiments in the tracking server.

    When the server is down, nothing is raised: the tree is kept in the workflow bucket, and sent by
    the next recording that finds the server up, or by `send_unsent`. Two processes that send the
    same tree at the same moment may record it twice.
    """

    def __init__(self, tracking: Tracking, store: ObjectStore, settings: Settings) -> None:
        self._tracking, self._store = tracking, store
        self._bucket = settings.workflow_bucket

    def record(self, tree: RunTree) -> Recorded:
        """Record a tree, or the part of it that the server does not have."""
        return self.complete(self.upsert(tree))

    def complete(self, upsert: RunUpsert) -> Recorded:
        """Record what is missing of a tree that was recorded in part."""
        tree, recorded = upsert.tree, self._run(upsert)
        if recorded.problem is None:
            # A failure here does not undo the recording; the next recording sends what is kept.
            with suppress(FraudDetectionError):
                self._store.delete(self._bucket, locations.unsent_run_key(tree.idempotency_key))
            with suppress(FraudDetectionError):
                self.send_unsent()
        return recorded

    def send_unsent(self) -> SentAgain:
        """Send the trees that were kept while the server was down.

        Raises Unavailable when the object store is unavailable, and nothing else.
        """
        sent, left = [], {}
        failures = 0
        for key in self.unsent():
            if failures >= DOWN_AFTER:
                left[key] = "It was not tried: the tracking server is down."
                continue
            problem = self._send_kept(key)
            failures = failures + 1 if problem else 0
            if problem:
                left[key] = problem
            else:
                sent.append(key)
        return SentAgain(sent=sent, left=left)

    def unsent(self) -> list[str]:
        """Return the idempotency keys of the trees that wait to be sent."""
        prefix = locations.unsent_run_key()
        files = self._store.keys(self._bucket, prefix)
        return [file.removeprefix(prefix).removesuffix(".json") for file in files]

    def keep(self, tree: RunTree, error: FraudDetectionError) -> str:
        """Keep a tree that could not be recorded, and return a message about it."""
        key = locations.unsent_run_key(tree.idempotency_key)
        try:
            self._store.write(self._bucket, key, self._with_kept_children(tree).to_json())
        except FraudDetectionError as second:
            return f"{error} Nor could the runs be kept for later: {second}"
        return (
            f"{error} The runs are kept in {uri(self._bucket, key)}; the next recording sends "
            "them, or `ceap runs --send`."
        )

    def upsert(self, tree: RunTree) -> RunUpsert:
        """Return the upsert of a tree, which has not been run."""
        return RunUpsert(self._tracking, tree)

    def _run(self, upsert: RunUpsert) -> Recorded:
        problem = None
        try:
            upsert.run()
        except FraudDetectionError as error:
            problem = self.keep(upsert.tree, error)
        return Recorded(run_id=upsert.run_id, children=upsert.children, problem=problem)

    def _send_kept(self, key: str) -> str | None:
        """Send one kept tree; return the problem, if any."""
        try:
            tree = self._kept(key)
        except NotFound:
            return None  # another process has sent it
        except InvalidData as error:
            return str(error)
        try:
            self.upsert(tree).run()
        except FraudDetectionError as error:
            return str(error)
        return self._forget(tree)

    def _forget(self, sent: RunTree) -> str | None:
        """Delete what was sent, unless more of the tree was kept meanwhile."""
        try:
            kept = self._kept(sent.idempotency_key)
        except NotFound:
            return None
        except InvalidData as error:
            return str(error)
        if kept.to_json() != sent.to_json():  # NaN differs from itself, its JSON does not
            return "More of it was kept while it was sent: that waits for the next time."
        self._store.delete(self._bucket, locations.unsent_run_key(sent.idempotency_key))
        return None

    def _kept(self, key: str) -> RunTree:
        file = locations.unsent_run_key(key)
        try:
            return RunTree.model_validate_json(self._store.read(self._bucket, file))
        except ValidationError as error:
            message = (
                f"{uri(self._bucket, file)} holds no runs to send: {error}. It was not touched; "
                "delete it if nobody misses it."
            )
            raise InvalidData(message) from error

    def _with_kept_children(self, tree: RunTree) -> RunTree:
        try:
            return tree.with_children_of(self._kept(tree.idempotency_key))
        except (NotFound, InvalidData):
            return tree
