"""Recording: what is told, what is kept for later, and that nothing is told twice."""

from collections.abc import Callable, Mapping

from experiments.tracking.recorder import Recorder, RunTree
from fakes.faults.dying_server import Death, Dying
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from fakes.ports.tracking import FakeTracking
from fakes.studies.run_trees import assert_recorded_once, tree_of
from foundation import locations
from foundation.errors import Unavailable
from foundation.tracking.runs import TrackedRun

SETTINGS = fake_settings()


def unavailable() -> Unavailable:
    return Unavailable("the server was told to die")


def test_while_the_server_is_down_runs_are_kept_and_the_message_says_how_to_send_them() -> None:
    store, tree = FakeObjectStore(), tree_of("study-1")
    recorded = Recorder(FakeTracking(down=True), store, SETTINGS).record(tree)
    assert recorded.run_id is None
    assert recorded.problem is not None
    assert f"s3://{SETTINGS.workflow_bucket}/unsent-runs/study-1.json" in recorded.problem
    assert "`ceap runs --send`" in recorded.problem
    kept = store.read(SETTINGS.workflow_bucket, locations.unsent_run_key("study-1"))
    assert RunTree.model_validate_json(kept) == tree


def test_the_next_recording_that_finds_the_server_up_sends_what_was_kept() -> None:
    tracking, store = FakeTracking(down=True), FakeObjectStore()
    recorder = Recorder(tracking, store, SETTINGS)
    trees = [tree_of(f"study-{n}") for n in range(3)]
    recorder.record(trees[0])
    recorder.record(trees[1])
    assert recorder.unsent() == ["study-0", "study-1"]
    tracking.down = False
    recorder.record(trees[2])
    assert recorder.unsent() == []
    for tree in trees:
        assert_recorded_once(tracking, tree)


def test_what_two_attempts_at_a_study_could_not_tell_is_kept_together() -> None:
    tracking, store = FakeTracking(down=True), FakeObjectStore()
    recorder, tree = Recorder(tracking, store, SETTINGS), tree_of("study-1")
    for part in (tree.children[:2], tree.children[2:]):
        recorder.record(tree.model_copy(update={"children": part}))
    tracking.down = False
    assert recorder.send_unsent().sent == ["study-1"]
    assert_recorded_once(tracking, tree)


def test_one_tree_that_cannot_be_sent_does_not_hold_back_the_others() -> None:
    tracking, store, tree = FakeTracking(), FakeObjectStore(), tree_of("study-1")
    store.write(SETTINGS.workflow_bucket, locations.unsent_run_key("a-broken-one"), b"{")
    store.write(SETTINGS.workflow_bucket, locations.unsent_run_key("study-1"), tree.to_json())
    again = Recorder(tracking, store, SETTINGS).send_unsent()
    assert again.sent == ["study-1"]
    assert "holds no runs to send" in again.left["a-broken-one"]
    assert_recorded_once(tracking, tree)


def test_a_server_that_is_down_is_not_asked_for_every_tree_that_waits() -> None:
    store = FakeObjectStore()
    for n in range(9):
        tree = tree_of(f"study-{n}")
        file = locations.unsent_run_key(tree.idempotency_key)
        store.write(SETTINGS.workflow_bucket, file, tree.to_json())
    death = Death(0, after=False, lasting=True, error=unavailable)
    again = Recorder(Dying(FakeTracking(), death), store, SETTINGS).send_unsent()
    assert (again.sent, len(again.left), death.calls) == ([], 9, 2)


def test_what_is_kept_while_an_earlier_part_is_sent_is_sent_the_next_time() -> None:
    store, tree = FakeObjectStore(), tree_of("study-1")
    place = (SETTINGS.workflow_bucket, locations.unsent_run_key("study-1"))
    half = tree.model_copy(update={"children": tree.children[:2]})
    store.write(*place, half.to_json())
    tracking = _Meanwhile(lambda: store.write(*place, tree.to_json()))
    recorder = Recorder(tracking, store, SETTINGS)
    again = recorder.send_unsent()
    assert (again.sent, recorder.unsent()) == ([], ["study-1"])
    assert "More of it was kept" in again.left["study-1"]
    assert store.read(*place) == tree.to_json()
    assert recorder.send_unsent().sent == ["study-1"]
    assert recorder.unsent() == []
    assert_recorded_once(tracking, tree)


class _Meanwhile(FakeTracking):
    """A tracking server that is slow to finish a run: something else happens meanwhile."""

    def __init__(self, happens: Callable[[], None]) -> None:
        super().__init__()
        self._happens = happens

    def finish(self, run_id: str, run: TrackedRun, artifacts: Mapping[str, bytes]) -> None:
        self._happens()
        super().finish(run_id, run, artifacts)


def test_a_store_that_is_down_too_is_said_and_nothing_is_raised() -> None:
    store = FakeObjectStore(fail_at=0, failure=Unavailable)
    recorded = Recorder(FakeTracking(down=True), store, SETTINGS).record(tree_of("study-1"))
    assert "Nor could the runs be kept" in str(recorded.problem)
