"""A worker is dead when its process is gone, or when its beat stands still on another host."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from experiments.search.events import TrialVoided
from experiments.search.liveness import is_gone, is_same_worker, this_host, this_worker, worker_of
from experiments.search.opening import open_study
from experiments.search.trials import WORKER
from fakes.studies.objective import quick
from fakes.studies.studies import study_request


def test_a_worker_of_another_host_is_dead_when_its_beat_stands_still(where, name) -> None:
    study = open_study(study_request(name=name, trials=4), where, grace_seconds=0.2)
    hold_as(study, {**this_worker(), "host": "elsewhere"})
    events = []
    study.work(quick, on_event=events.append)
    assert [e.slot for e in events if isinstance(e, TrialVoided)] == [0]
    assert len(study.trials()) == 4
    assert [slot for slot, _ in study.deaths()] == [0]


def test_a_worker_of_another_host_that_beats_is_waited_for(tmp_path) -> None:
    study = open_study(study_request(trials=1), tmp_path / "journal", grace_seconds=0.3)
    trial = hold_as(study, {**this_worker(), "host": "elsewhere"})
    for count in range(10):
        study._store.note(trial, "beat", count)
        study.work(quick, until=datetime.now(UTC) + timedelta(seconds=0.1))
    assert study.progress().running == 1
    assert study.deaths() == []


def test_a_worker_whose_process_is_gone_is_dead_at_once(tmp_path) -> None:
    study = open_study(study_request(trials=2), tmp_path / "journal")
    recycled = {**this_worker(), "host": this_host(), "started_at": 1.0}
    hold_as(study, recycled)
    study.work(quick)
    assert len(study.trials()) == 2


def hold_as(study, worker):
    """Claim slot 0 for `worker`, who never finishes it."""
    study._create([0], 0, study._table())
    trial = study._table().slots[0]
    assert study._store.claim(trial)
    study._store.note(trial, WORKER, worker)
    return trial


def test_a_process_that_runs_is_not_gone_and_one_that_ended_is() -> None:
    worker = this_worker()
    assert not is_gone(worker)
    assert is_gone({**worker, "started_at": worker["started_at"] - 60})  # its pid was recycled
    ended = subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.DEVNULL)
    dead = worker_of(ended.pid)
    ended.wait()
    assert is_gone(dead)


@pytest.mark.parametrize(
    ("changed", "is_same"),
    [({}, True), ({"started_at": 0.5}, True), ({"started_at": 9.0}, False), ({"pid": 8}, False),
     ({"host": "other"}, False)],
)  # fmt: skip
def test_a_worker_is_told_from_another_by_host_pid_and_start(changed, is_same) -> None:
    worker = {"host": "here", "pid": 7, "started_at": 0.0}
    assert is_same_worker(worker, worker | changed) is is_same
