"""Recording: each tree once, whole and linked, whenever and however the server dies."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from experiments.tracking.live_recorder import LiveRecorder
from experiments.tracking.recorder import Recorder, RunTree
from fakes.faults.dying_server import Death, Dying
from fakes.ports.mlflow_store import mlflow_settings
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from fakes.ports.tracking import FakeTracking
from fakes.studies.run_trees import assert_recorded_once, tree_of
from foundation.errors import Unavailable
from foundation.tracking import writer as tracking_module
from foundation.tracking.writer import MlflowTracking

# MLflow 3.17 uses what SQLAlchemy 2.1 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow|sqlalchemy")

SETTINGS = fake_settings()


def record(recorder: Recorder, tree: RunTree) -> None:
    recorder.record(tree)


def record_live(recorder: Recorder, tree: RunTree) -> None:
    """As a study does: the trials one after another, each sent at once, the result at the end."""
    seconds: Iterator[float] = iter(range(0, 10**6, 100))
    opened = tree.model_copy(update={"children": (), "artifacts": {}})
    recording = LiveRecorder(recorder, opened, clock=lambda: next(seconds))
    for child in tree.children:
        recording.add_children([child])
    recording.close(tree.parent, tree.artifacts)


ways = pytest.mark.parametrize("way", [record, record_live])


def unavailable() -> Unavailable:
    return Unavailable("the server was told to die")


class Stop(BaseException):
    """A kill of the recording process, which no handler sees."""


@ways
@pytest.mark.parametrize("lasting", [False, True])
@pytest.mark.parametrize("after", [False, True])
def test_a_tree_is_recorded_once_and_whole_whenever_the_server_dies(
    way: Callable[[Recorder, RunTree], None], after: bool, lasting: bool
) -> None:
    calls = _calls(way)
    assert calls >= 6
    for number in range(calls + 1):
        tracking, store, tree = FakeTracking(), FakeObjectStore(), tree_of("study-1")
        death = Death(number, after=after, lasting=lasting, error=unavailable)
        way(Recorder(Dying(tracking, death), store, SETTINGS), tree)
        _no_child_is_without_its_parent(tracking)

        recorder = Recorder(tracking, store, SETTINGS)
        assert recorder.send_unsent().left == {}
        assert_recorded_once(tracking, tree)
        assert recorder.unsent() == []


@ways
@pytest.mark.parametrize("after", [False, True])
def test_a_tree_told_again_after_a_kill_is_recorded_once_and_whole(
    way: Callable[[Recorder, RunTree], None], after: bool
) -> None:
    for number in range(_calls(way)):
        tracking, store, tree = FakeTracking(), FakeObjectStore(), tree_of("study-1")
        death = Death(number, after=after, lasting=False, error=Stop)
        with pytest.raises(Stop):
            way(Recorder(Dying(tracking, death), store, SETTINGS), tree)
        _no_child_is_without_its_parent(tracking)
        way(Recorder(tracking, store, SETTINGS), tree)
        assert_recorded_once(tracking, tree)


def _calls(way: Callable[[Recorder, RunTree], None]) -> int:
    """How often the server is asked for anything when it does not die."""
    death = Death(None, after=False, lasting=False, error=unavailable)
    way(Recorder(Dying(FakeTracking(), death), FakeObjectStore(), SETTINGS), tree_of("study-1"))
    return death.calls


def _no_child_is_without_its_parent(tracking: FakeTracking) -> None:
    for run in tracking.runs.values():
        assert run.parent_run_id in tracking.runs or run.tags["kind"] == "study"


@pytest.fixture(scope="module")
def mlflow_tracking(tmp_path_factory: pytest.TempPathFactory) -> MlflowTracking:
    from sqlalchemy import event

    tracking = MlflowTracking(mlflow_settings(tmp_path_factory.mktemp("recording")))
    engine = tracking._server.client._tracking_client.store.engine

    # Nobody pulls the plug on a test; each of its hundreds of writes need not wait for the disk.
    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        connection.execute("pragma synchronous = off")

    engine.dispose()
    return tracking


@pytest.mark.parametrize("step", [2, pytest.param(1, marks=pytest.mark.laws)])
@pytest.mark.parametrize(("bulk", "after"), [(False, False), (False, True), (True, False)])
def test_a_tree_is_recorded_once_and_whole_whenever_mlflow_dies(
    mlflow_tracking: MlflowTracking,
    monkeypatch: pytest.MonkeyPatch,
    after: bool,
    bulk: bool,
    step: int,
) -> None:
    """Here requests die, down to the parameters of one run, with all that follow.

    Every other request, the even ones before MLflow did what was asked and the odd ones after; in
    the laws every one.
    """
    if not bulk:
        monkeypatch.setattr(tracking_module, "supported_store", lambda _client: None)
    alive, number, died = mlflow_tracking._server.client, int(after) % step, True
    while died:
        tree, store = tree_of(f"study-{bulk}-{after}-{step}-{number}"), FakeObjectStore()
        death = Death(number, after=after, lasting=True, error=ConnectionError)
        dying = MlflowTracking(SETTINGS)
        dying._server.__dict__["client"] = Dying(alive, death)
        recorded = Recorder(dying, store, SETTINGS).record(tree)
        died = death.calls > number
        assert died or recorded.problem is None
        Recorder(mlflow_tracking, store, SETTINGS).send_unsent()
        assert_recorded_once(mlflow_tracking, tree)
        number += step
    assert number > 15


def test_a_tree_that_was_recorded_is_only_looked_at_when_it_is_told_again() -> None:
    tracking, store, tree = FakeTracking(), FakeObjectStore(), tree_of("study-1")
    first = Recorder(tracking, store, SETTINGS).record(tree)
    before = dict(tracking.runs)
    second = Recorder(_WithoutWrites(tracking), store, SETTINGS).record(tree)
    assert (first.run_id, first.children) == (second.run_id, second.children)
    assert first.children.keys() == {child.key for child in tree.children}
    assert tracking.runs == before


class _WithoutWrites:
    """A tracking server that can only be read."""

    def __init__(self, tracking: FakeTracking) -> None:
        self.find, self.children = tracking.find, tracking.children


def test_a_study_that_goes_on_under_its_key_gains_its_new_trials() -> None:
    tracking, store = FakeTracking(), FakeObjectStore()
    for trials in (3, 5):
        tree = tree_of("study-1", trials)
        whole = [child.model_copy(update={"artifacts": {}}) for child in tree.children]
        Recorder(tracking, store, SETTINGS).record(
            tree.model_copy(update={"children": tuple(whole)})
        )
    (parent,) = tracking.find(None, "tags.kind = 'study'")
    assert parent.metrics["trials"] == 5
    assert len(tracking.children(parent.run_id)) == 5
