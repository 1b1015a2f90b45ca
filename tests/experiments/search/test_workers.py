"""Workers are replaced when killed, stopped when asked, and never outlive who started them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from experiments.search.opening import open_study
from experiments.search.workers import WorkerFailed, run_workers
from fakes.processes.patience import PATIENCE_SECONDS, wait_until
from fakes.studies import study_master
from fakes.studies.objective import quick
from fakes.studies.studies import law, study_request, worker_command, worker_environment
from foundation.errors import Unavailable


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def run(study, journal, *dangers, **options) -> None:
    command = worker_command(study.request.name, journal, *dangers)
    run_workers(command, study=study, env=worker_environment(), **options)


def test_the_progress_of_all_workers_is_told_up_to_the_end(journal) -> None:
    seen, study = [], open_study(study_request(), journal)
    run(study, journal, count=2, on_progress=seen.append)
    assert seen[-1].finished == seen[-1].slots == 20
    assert [one.finished for one in seen] == sorted(one.finished for one in seen)
    assert seen[-1].best == study.completed()[0]


def test_workers_use_one_thread_each(journal) -> None:
    study = open_study(study_request(), journal)
    check = "import os, sys; sys.exit(os.environ['OMP_NUM_THREADS'] + os.environ['MINE'])"
    with pytest.raises(WorkerFailed, match="1yes"):
        run_workers([sys.executable, "-c", check], study=study, count=1, env={"MINE": "yes"})


def test_when_workers_keep_dying_the_slot_that_they_die_with_is_named(journal) -> None:
    study = open_study(study_request(trials=4), journal)
    with pytest.raises(Unavailable, match="killed, the last by signal 9 with slot 2 in hand"):
        run(study, journal, 0, 2, count=1, restarts=2)
    assert [trial.slot for trial in study.trials()] == [0, 1]
    assert [slot for slot, _ in study.deaths()] == [2, 2, 2]
    study.work(quick)
    assert len(study.trials()) == 4


def test_a_slot_that_takes_too_many_workers_may_be_given_up(journal) -> None:
    study = open_study(study_request(trials=6), journal)
    run(study, journal, 0, 2, count=2, restarts=1, give_up_after=2)
    states = [trial.state for trial in study.trials()]
    assert (len(states), states[2]) == (6, "failed")
    assert "killed 2 times" in study.trials()[2].reason


def test_a_worker_that_fails_ends_the_run_with_its_last_words(journal) -> None:
    study = open_study(study_request(), journal)
    with pytest.raises(WorkerFailed, match="out of ideas"):
        run_workers([sys.executable, "-c", "exit('out of ideas')"], study=study, count=2)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_worker_outlives_the_process_that_started_it(journal, end) -> None:
    study = open_study(study_request(trials=2000), journal)
    master = subprocess.Popen(
        [sys.executable, study_master.__file__, study.request.name, str(journal)],
        env={**os.environ, **worker_environment()},
        stderr=subprocess.DEVNULL,
    )
    wait_until(lambda: study.progress().running == 2)
    workers = psutil.Process(master.pid).children()
    master.send_signal(end)
    master.wait(PATIENCE_SECONDS)
    assert len(workers) == 2
    wait_until(lambda: not any(map(is_alive, workers)))
    finished = law(study.trials())
    open_study(study_request(trials=len(finished) + 3), journal).work(quick)
    # A slot before the last may have been another worker's, and unfinished.
    assert [trial for trial in law(study.trials()) if trial in finished] == finished


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE  # not everywhere does init bury orphans
    except psutil.NoSuchProcess:
        return False
