"""A storage hands a trial to one worker alone, and says in plain words when it cannot be used."""

import threading

import psycopg
import pytest

from experiments.search.opening import open_study
from experiments.search.store import open_storage
from fakes.studies.objective import quick
from fakes.studies.studies import study_request
from foundation.errors import InvalidParams, NotFound, Unavailable


def test_a_trial_is_claimed_by_one_worker_alone(where, name) -> None:
    request = study_request(name=name, trials=4)
    studies = [open_study(request, where) for _ in range(4)]
    studies[0]._create([0, 1, 2, 3], 0, studies[0]._table())
    start, claimed = threading.Barrier(4), []

    def claim_all(study) -> None:
        trials = list(study._table().slots.values())
        start.wait()
        claimed.extend(trial.number for trial in trials if study._store.claim(trial))

    in_threads([lambda study=study: claim_all(study) for study in studies])
    assert sorted(claimed) == [0, 1, 2, 3]


def test_a_finished_trial_stays_as_it_is(where, name) -> None:
    study = open_study(study_request(name=name, trials=2), where)
    study.work(quick)
    trial = study._table().slots[0]
    store = study._store
    assert not store.claim(trial)
    assert not store.note(trial, "result", {})
    assert not store.step(trial, 0, 1.0)
    assert not store.finish(trial, trial.state, 5.0)
    assert study.trials()[0].value != 5.0


def test_workers_that_meet_an_empty_database_together_share_its_tables(postgres, name) -> None:
    with psycopg.connect(postgres.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    start, opened = threading.Barrier(4), []

    def open_at_once() -> None:
        start.wait()
        opened.append(open_study(study_request(), postgres.replace("/postgres?", f"/{name}?")))

    in_threads([open_at_once] * 4)
    assert len(opened) == 4


def test_sqlite_is_refused_because_two_workers_could_claim_one_trial(tmp_path) -> None:
    with pytest.raises(InvalidParams, match="SQLite cannot hand a trial to one worker alone"):
        open_storage(f"sqlite:///{tmp_path}/study.db")


def test_what_is_not_a_url_is_refused(tmp_path) -> None:
    with pytest.raises(InvalidParams, match="not a database URL"):
        open_storage("://nowhere")


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path) -> None:
    url = f"postgresql+psycopg://me:secret@/studies?host={tmp_path}"
    with pytest.raises(Unavailable, match="run the same again") as refused:
        open_storage(url)
    assert "secret" not in str(refused.value)
    assert "me:***@" in str(refused.value)


def test_a_journal_that_cannot_be_written_is_named(tmp_path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(Unavailable, match="file/journal"):
        open_storage(tmp_path / "file" / "journal")


def test_a_file_that_is_no_journal_is_refused_and_left_as_it_is(tmp_path) -> None:
    path = tmp_path / "journal"
    path.write_text("Time,V1\n0,1\n")
    with pytest.raises(Unavailable, match="could not be read"):
        open_storage(path)
    assert path.read_text() == "Time,V1\n0,1\n"


def test_a_study_that_was_deleted_meanwhile_is_missed(where, name) -> None:
    study = open_study(study_request(name=name), where)
    study._store._storage.delete_study(study._store._study)
    with pytest.raises(NotFound, match="it was deleted"):
        study.work(quick)


def in_threads(works) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
