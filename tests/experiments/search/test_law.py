"""A study gives one sequence of trials and one winner, whoever works on it or is killed."""

import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.search.liveness import this_host
from experiments.search.opening import open_study
from experiments.search.request import StudyRequest
from experiments.search.study import Study
from experiments.search.trials import WORKER, Suggestion
from experiments.search.workers import run_workers
from fakes.faults.kills import Killed
from fakes.studies.objective import calling_first, quick
from fakes.studies.studies import (
    law,
    start_worker,
    study_request,
    worker_command,
    worker_environment,
)

STRATEGIES = ("bayesian", "random", "grid")
every_strategy = pytest.mark.parametrize("strategy", STRATEGIES)


def work_in_threads(request: StudyRequest, where: str | Path, count: int) -> Study:
    studies = [open_study(request, where) for _ in range(count)]
    threads = [threading.Thread(target=study.work, args=(quick,)) for study in studies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return studies[0]


@pytest.fixture(scope="session")
def expected():
    """What a study gives when nothing happens, worked out once for each request."""
    known = {}

    def expect(request: StudyRequest):
        key = request.model_copy(update={"name": "expected"}).model_dump_json()
        if key not in known:
            with tempfile.TemporaryDirectory() as folder:
                study = open_study(request, Path(folder) / "journal")
                study.work(quick)
                known[key] = law(study.trials())
        return known[key]

    return expect


# Four workers in every run; two as well in `make laws`.
@every_strategy
@pytest.mark.parametrize("workers", [pytest.param(2, marks=pytest.mark.laws), 4])
def test_the_number_of_workers_changes_nothing(strategy, workers, where, name, expected) -> None:
    trials = 20 if where.endswith("journal.log") else 10  # a database costs 100 ms a trial
    request = study_request(name=name, strategy=strategy, prune_below=40, trials=trials)
    study = work_in_threads(request, where, workers)
    assert law(study.trials()) == expected(request)
    assert len(study.trials()) == request.slots


@settings(max_examples=15)
@given(
    strategy=st.sampled_from(STRATEGIES),
    misfortunes=st.lists(st.tuples(st.integers(0, 6), st.booleans()), max_size=6),
    prune_below=st.sampled_from([None, 40]),
)
def test_interruptions_and_deaths_change_nothing(
    strategy, misfortunes, prune_below, expected
) -> None:
    request = study_request(strategy=strategy, prune_below=prune_below)
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder) / "journal"
        for trials_before, is_abandoned in misfortunes:
            work_until_killed(open_study(request, where), trials_before)
            if is_abandoned:
                abandon_a_trial(open_study(request, where))
        study = open_study(request, where)
        study.work(quick)
        assert law(study.trials()) == expected(request)


# Every run kills workers of one strategy, and interrupts all three in its own process (above).
@pytest.mark.parametrize(
    "strategy",
    ["bayesian", *(pytest.param(name, marks=pytest.mark.laws) for name in ("random", "grid"))],
)
def test_real_kills_of_real_workers_change_nothing(strategy, tmp_path, expected) -> None:
    request = study_request(strategy=strategy, prune_below=40, trials=12)
    study = open_study(request, tmp_path / "journal")
    run_workers(
        worker_command(request.name, tmp_path / "journal", 16),
        study=study,
        count=2,
        env=worker_environment(),
        restarts=100,
    )
    assert study.deaths(), "nobody died: the test shows nothing"
    assert law(study.trials()) == expected(request)


def test_a_kill_at_any_moment_changes_nothing(where, name, expected) -> None:
    request = study_request(name=name)
    study = open_study(request, where)
    for seconds in (0.0, 0.1):
        workers = [start_worker(name, where) for _ in range(2)]
        reached = len(study.trials())
        while len(study.trials()) <= reached and study.progress().finished < 20:
            time.sleep(0.01)
        time.sleep(seconds)
        for worker in workers:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
    open_study(request, where, grace_seconds=2).work(quick)
    assert law(study.trials()) == expected(request)


def test_more_trials_begin_with_the_same_ones(tmp_path, expected) -> None:
    for trials in (6, 13, 20):
        request = study_request(trials=trials)
        open_study(request, tmp_path / "journal").work(quick)
        study = open_study(request, tmp_path / "journal")
        assert len(study.trials()) == trials
    assert law(study.trials()) == expected(study_request(trials=20))


@every_strategy
def test_another_seed_gives_another_study(strategy, expected) -> None:
    assert expected(study_request(strategy=strategy)) != expected(
        study_request(strategy=strategy, seed=8)
    )


def work_until_killed(study: Study, trials_before: int) -> None:
    """Work on so many trials, and die with the next one in hand."""
    left = [trials_before]

    def perhaps_die(_: Suggestion) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Killed

    try:
        study.work(calling_first(perhaps_die))
    except Killed:
        return


def abandon_a_trial(study: Study) -> None:
    """Leave a trial as a process does that is killed with it: running, by nobody."""
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    worker = {"host": this_host(), "pid": process.pid, "started_at": time.time()}
    process.wait()

    def give_away(suggestion: Suggestion) -> None:
        trial = study._table().slots[suggestion.slot]
        study._store.note(trial, WORKER, worker)
        study._store.note = lambda *_: False  # so that the interruption leaves it as it is
        raise Killed

    try:
        study.work(calling_first(give_away))
    except Killed:
        return
