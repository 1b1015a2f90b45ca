"""A study is told while it runs, a few trials at a time, and never waits for a broken server."""

from experiments.tracking.live_recorder import BATCH, PAUSE_SECONDS, LiveRecorder
from experiments.tracking.recorder import ChildRun, Recorder
from fakes.faults.dying_server import Death, Dying
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from fakes.ports.tracking import FakeTracking
from fakes.studies.run_trees import run_of, tree_of
from foundation.errors import Unavailable

SETTINGS = fake_settings()


def unavailable() -> Unavailable:
    return Unavailable("the server was told to die")


def test_a_running_study_is_seen_running_with_its_trials_below_it() -> None:
    tracking, tree = FakeTracking(), tree_of("study-1")
    recorder = Recorder(tracking, FakeObjectStore(), SETTINGS)
    recording = LiveRecorder(recorder, tree.model_copy(update={"children": (), "artifacts": {}}))
    many = [ChildRun(key=str(n), run=run_of("study-1", str(n), n)) for n in range(BATCH)]
    recording.add_children(many[:10])
    assert len(tracking.runs) == 1
    recording.add_children(many[10:])
    assert len(tracking.children(str(recording.run_id))) == BATCH
    assert tracking.run(str(recording.run_id)).status == "running"
    assert recording.problem is None


def test_an_interrupted_study_tells_the_few_trials_that_wait() -> None:
    tracking, tree = FakeTracking(), tree_of("study-1")
    recorder = Recorder(tracking, FakeObjectStore(), SETTINGS)
    recording = LiveRecorder(recorder, tree.model_copy(update={"children": (), "artifacts": {}}))
    recording.add_children(tree.children)
    assert tracking.children(str(recording.run_id)) == []
    recording.flush()
    assert len(tracking.children(str(recording.run_id))) == len(tree.children)
    tracking.down = True
    recording.flush()  # nothing waits: nobody is asked
    assert recording.problem is None


def test_a_study_does_not_wait_for_a_broken_server_again_and_again() -> None:
    now = [0.0]
    death = Death(0, after=False, lasting=True, error=unavailable)
    recorder = Recorder(Dying(FakeTracking(), death), FakeObjectStore(), SETTINGS)
    tree = tree_of("study-1")
    recording = LiveRecorder(recorder, tree, clock=lambda: now[0])
    for second in range(2 * PAUSE_SECONDS):
        now[0] = float(second)
        recording.add_children(tree.children)
    assert death.calls == 2
    assert "told to die" in str(recording.problem)
