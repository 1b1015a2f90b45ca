"""Recording: experiments told to the tracking server, now or once it is up; never twice."""

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

DOWN_AFTER = 2  # failures one after another: then it is the server, not what it is told


class Recorded(Record):
    """Where a tree was recorded, or why it is not all there yet, and where it waits."""

    run_id: str | None
    children: dict[str, str] = Field(default_factory=dict)  # run ids by the children's keys
    problem: str | None = None


class SentAgain(Record):
    """The keys of the trees that were sent, and what is still wrong with the others."""

    sent: list[str] = Field(default_factory=list)
    left: dict[str, str] = Field(default_factory=dict)


class Recorder:
    """Tells the tracking server about experiments.

    A server that is down costs nobody anything: what it was to be told is kept in the workflow
    bucket, and sent by the next recording that finds the server up, or by `send_unsent`. Two
    processes that send the same tree at the same moment may record it twice.
    """

    def __init__(self, tracking: Tracking, store: ObjectStore, settings: Settings) -> None:
        self._tracking, self._store = tracking, store
        self._bucket = settings.workflow_bucket

    def record(self, tree: RunTree) -> Recorded:
        """Record a tree, or the part of it that the server does not have."""
        return self.complete(self.telling(tree))

    def complete(self, telling: RunUpsert) -> Recorded:
        """Tell what is missing of a tree that was told in part."""
        tree, recorded = telling.tree, self._told(telling)
        if recorded.problem is None:
            # Neither may spoil what was recorded; what is kept is tried again by the next one.
            with suppress(FraudDetectionError):
                self._store.delete(self._bucket, locations.unsent_run_key(tree.key))
            with suppress(FraudDetectionError):
                self.send_unsent()
        return recorded

    def send_unsent(self) -> SentAgain:
        """Send what was kept while the server was down. Raises only if the store is unavailable."""
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
        """The keys of the trees that wait to be sent."""
        prefix = locations.unsent_run_key()
        files = self._store.keys(self._bucket, prefix)
        return [file.removeprefix(prefix).removesuffix(".json") for file in files]

    def keep(self, tree: RunTree, error: FraudDetectionError) -> str:
        """Keep a tree that could not be told, and say so."""
        key = locations.unsent_run_key(tree.key)
        try:
            self._store.write(self._bucket, key, self._with_kept_children(tree).to_json())
        except FraudDetectionError as second:
            return f"{error} Nor could the runs be kept for later: {second}"
        return (
            f"{error} The runs are kept in {uri(self._bucket, key)}; the next recording sends "
            "them, or `ceap runs --send`."
        )

    def telling(self, tree: RunTree) -> RunUpsert:
        return RunUpsert(self._tracking, tree)

    def _told(self, telling: RunUpsert) -> Recorded:
        problem = None
        try:
            telling.tell_all()
        except FraudDetectionError as error:
            problem = self.keep(telling.tree, error)
        return Recorded(run_id=telling.run_id, children=telling.children, problem=problem)

    def _send_kept(self, key: str) -> str | None:
        """Send one kept tree; say what went wrong."""
        try:
            tree = self._kept(key)
        except NotFound:
            return None  # another process has sent it
        except InvalidData as error:
            return str(error)
        try:
            self.telling(tree).tell_all()
        except FraudDetectionError as error:
            return str(error)
        return self._forget(tree)

    def _forget(self, sent: RunTree) -> str | None:
        """Delete what was sent, unless more of the tree was kept meanwhile."""
        try:
            kept = self._kept(sent.key)
        except NotFound:
            return None
        except InvalidData as error:
            return str(error)
        if kept.to_json() != sent.to_json():  # NaN differs from itself, its JSON does not
            return "More of it was kept while it was sent: that waits for the next time."
        self._store.delete(self._bucket, locations.unsent_run_key(sent.key))
        return None

    def _kept(self, key: str) -> RunTree:
        place = locations.unsent_run_key(key)
        try:
            return RunTree.model_validate_json(self._store.read(self._bucket, place))
        except ValidationError as error:
            message = (
                f"{uri(self._bucket, place)} holds no runs to send: {error}. It was not touched; "
                "delete it if nobody misses it."
            )
            raise InvalidData(message) from error

    def _with_kept_children(self, tree: RunTree) -> RunTree:
        try:
            return tree.with_children_of(self._kept(tree.key))
        except (NotFound, InvalidData):
            return tree
