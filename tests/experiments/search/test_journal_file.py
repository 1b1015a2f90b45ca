"""A journal outlives a full disk, a writer killed within a line, and one killed with the lock."""

import resource
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest

from experiments.search.journal_file import JournalFile
from experiments.search.opening import open_study
from fakes.studies.objective import quick
from fakes.studies.studies import law, study_request
from foundation.errors import Unavailable

LINE = {"op_code": 8, "trial_id": 1}
HOLD_THE_LOCK = """
import os, sys
from pathlib import Path
from experiments.search.journal_file import JournalFile
JournalFile(Path(sys.argv[1]))._own_lock.acquire()
os.kill(os.getpid(), 9)
"""


@contextmanager
def full_disk(room: int):
    """No file may grow beyond `room` bytes; the write that would is cut there."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("torn", [b"", b'{"op_', b"\0" * 100, b"x" * 200_000])
def test_a_line_written_in_half_is_cut_off_before_the_next(tmp_path, torn) -> None:
    path = tmp_path / "journal"
    journal = JournalFile(path)
    journal.append_logs([LINE])
    with path.open("ab") as file:
        file.write(torn)
    assert list(journal.read_logs(0)) == [LINE]
    JournalFile(path).append_logs([LINE])
    assert list(journal.read_logs(1)) == [LINE]
    assert list(JournalFile(path).read_logs(0)) == [LINE, LINE]


def test_a_journal_with_nothing_but_half_a_line_starts_anew(tmp_path) -> None:
    path = tmp_path / "journal"
    path.write_bytes(b'{"op_code"')
    JournalFile(path).append_logs([LINE])
    assert list(JournalFile(path).read_logs(0)) == [LINE]


@pytest.mark.parametrize("more", [0, 1, 10, 500])
def test_a_full_disk_loses_nothing_and_the_study_goes_on(tmp_path, more) -> None:
    request, where = study_request(), tmp_path / "journal"
    undisturbed = open_study(request, tmp_path / "other")
    undisturbed.work(quick)
    open_study(request.model_copy(update={"trials": 9}), where).work(quick)
    study = open_study(request, where)
    before = law(study.trials())
    with full_disk(where.stat().st_size + more):
        with pytest.raises(Unavailable, match="Every trial that finished is kept") as refused:
            study.work(quick)
        assert law(study.trials())[: len(before)] == before
    assert str(where) in str(refused.value)
    study.work(quick)
    assert law(study.trials()) == law(undisturbed.trials())


def test_the_lock_of_a_killed_writer_is_free_at_once(tmp_path) -> None:
    path = tmp_path / "journal"
    killed = subprocess.run([sys.executable, "-c", HOLD_THE_LOCK, str(path)], check=False)
    assert killed.returncode == -9
    lock = JournalFile(path)._own_lock
    lock.acquire(blocking=False)
    lock.release()


def test_writers_side_by_side_tear_no_line(tmp_path) -> None:
    def write() -> None:
        journal = JournalFile(tmp_path / "journal")
        for _ in range(50):
            journal.append_logs([LINE])

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(JournalFile(tmp_path / "journal").read_logs(0)) == [LINE] * 200
