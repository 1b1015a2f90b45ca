import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fakes.object_store import FakeObjectStore
from pipeline.runs import lease as leases
from pipeline.runs.lease import ExecutionBusy, Holder, Lease, holder_of, leased

BUCKET, ID = "workflow", "inference-1"


@pytest.fixture
def store() -> FakeObjectStore:
    return FakeObjectStore()


def plant(store: FakeObjectStore, **changes: Any) -> None:
    """Leave the lease of a runner on another machine, heard of just now."""
    holder = Holder(
        runner="other", host="elsewhere", pid=1, process_started=0.0, beat_at=datetime.now(UTC)
    )
    key = f"executions/{ID}/lease/000007.json"
    store.write(BUCKET, key, holder.model_copy(update=changes).to_json())


def test_a_second_runner_is_refused_while_the_first_is_alive(store):
    with (
        leased(store, BUCKET, ID),
        pytest.raises(ExecutionBusy, match=r"being run by process .* Nothing was run"),
    ):
        Lease(store, BUCKET, ID)


def test_a_released_lease_can_be_taken_at_once(store):
    with leased(store, BUCKET, ID):
        pass
    with leased(store, BUCKET, ID):
        holder = holder_of(store, BUCKET, ID)
        assert holder is not None
        assert holder.is_alive()


def test_a_failed_run_releases_its_lease(store):
    with pytest.raises(ZeroDivisionError), leased(store, BUCKET, ID):
        1 / 0  # noqa: B018  # it fails
    with leased(store, BUCKET, ID):
        pass


def test_a_runner_on_another_machine_is_believed_until_it_is_silent(store):
    plant(store)
    with pytest.raises(ExecutionBusy, match="elsewhere"):
        Lease(store, BUCKET, ID)

    plant(store, beat_at=datetime.now(UTC) - timedelta(seconds=leases.SILENCE_SECONDS + 1))
    with leased(store, BUCKET, ID):
        pass


def test_a_killed_runner_of_this_machine_is_recognised_at_once(tmp_path):
    code = (
        "import os, sys, pathlib\n"
        "from fakes.directory_store import DirectoryStore\n"
        "from pipeline.runs.lease import Lease\n"
        "Lease(DirectoryStore(pathlib.Path(sys.argv[1])), 'workflow', 'inference-1')\n"
        "os.kill(os.getpid(), 9)"
    )
    from fakes.directory_store import DirectoryStore
    from fakes.tiny.project import TESTS

    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=TESTS)
    assert killed.returncode == -9

    store = DirectoryStore(tmp_path)
    assert holder_of(store, BUCKET, ID) is not None
    with leased(store, BUCKET, ID):
        pass


def test_of_many_runners_that_start_together_one_wins(store):
    results: list[str] = []
    ready = threading.Barrier(8)

    def race() -> None:
        ready.wait()
        try:
            with leased(store, BUCKET, ID):
                results.append("won")
                time.sleep(0.3)
        except ExecutionBusy:
            results.append("refused")

    racers = [threading.Thread(target=race) for _ in range(8)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert sorted(results) == ["refused"] * 7 + ["won"]


def test_a_runner_that_was_taken_over_learns_of_it(store):
    with leased(store, BUCKET, ID) as lease:
        lease.require_held()
        plant(store)
        with pytest.raises(ExecutionBusy, match="taken over"):
            lease.require_held()


def test_one_lease_object_stays_however_often_it_was_taken(store):
    for _ in range(3):
        with leased(store, BUCKET, ID):
            pass
    assert len(store.keys(BUCKET, f"executions/{ID}/lease/")) == 1
