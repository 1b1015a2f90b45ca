"""Leases: one at a time, whoever dies, is slow, or is interrupted on the way."""

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fakes.ports.directory_store import DirectoryStore
from fakes.ports.object_store import FakeObjectStore
from fakes.tiny.project import TESTS
from foundation.errors import AccessDenied, Unavailable
from foundation.stores.lease import Busy, Lease, hold_lease, owner_of
from foundation.stores.lease_owner import SILENCE_SECONDS, LeaseOwner
from foundation.stores.lease_prefix import LeasePrefix

BUCKET, PLACE, WHAT = "workflow", "executions/inference-1/lease/", "Execution inference-1"
PATIENCE = 60.0  # nobody waits so long: whoever holds it lets go as soon as another one asked


@pytest.fixture
def store() -> FakeObjectStore:
    return FakeObjectStore()


def held(store: Any, patience_seconds: float = 0) -> Any:
    return hold_lease(store, BUCKET, PLACE, what=WHAT, patience_seconds=patience_seconds)


def lease_of(store: Any) -> Lease:
    return Lease(LeasePrefix(store, BUCKET, PLACE, what=WHAT))


def plant(store: FakeObjectStore, number: int = 7, **changes: Any) -> None:
    """Leave the lease of a process on another machine, heard of just now."""
    owner = LeaseOwner(
        runner="other", host="elsewhere", pid=1, process_started=0.0, beat_at=datetime.now(UTC)
    )
    key = f"{PLACE}{number:06}.json"
    store.write(BUCKET, key, owner.model_copy(update=changes).to_json())


def test_a_second_process_is_refused_while_the_first_is_alive(store):
    message = rf"^{WHAT} is being run by process {os.getpid()} on .* Nothing was done\."
    with held(store), pytest.raises(Busy, match=message):
        lease_of(store)


def test_a_released_lease_can_be_taken_at_once(store):
    with held(store):
        pass
    with held(store):
        owner = owner_of(store, BUCKET, PLACE)
        assert owner is not None
        assert owner.is_alive()


def test_leases_of_other_places_do_not_mind_each_other(store):
    with (
        held(store),
        hold_lease(store, BUCKET, "promotion-lease/lease/", what="Promotion") as other,
    ):
        other.require_held()


def test_a_failure_releases_the_lease(store):
    with pytest.raises(ZeroDivisionError), held(store):
        1 / 0  # noqa: B018  # it fails
    with held(store):
        pass


def test_a_process_on_another_machine_is_believed_until_it_is_silent(store):
    plant(store)
    with pytest.raises(Busy, match="elsewhere"):
        lease_of(store)

    plant(store, beat_at=datetime.now(UTC) - timedelta(seconds=SILENCE_SECONDS + 1))
    with held(store):
        pass


def test_a_killed_process_of_this_machine_is_recognised_at_once(tmp_path):
    code = (
        "import os, sys, pathlib\n"
        "from fakes.ports.directory_store import DirectoryStore\n"
        "from foundation.stores.lease import hold_lease\n"
        "store = DirectoryStore(pathlib.Path(sys.argv[1]))\n"
        f"with hold_lease(store, {BUCKET!r}, {PLACE!r}, what='It'): os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=TESTS)
    assert killed.returncode == -9

    store = DirectoryStore(tmp_path)
    left = owner_of(store, BUCKET, PLACE)
    assert left is not None
    assert not left.is_released
    with held(store):
        pass


def test_of_many_that_start_together_one_wins(store):
    results: list[str] = []
    ready, refused = threading.Barrier(8), threading.Semaphore(0)

    def race() -> None:
        ready.wait()
        try:
            with held(store):
                for _ in range(7):
                    refused.acquire()
                results.append("won")
        except Busy:
            results.append("refused")
            refused.release()

    racers = [threading.Thread(target=race) for _ in range(8)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert sorted(results) == ["refused"] * 7 + ["won"]


def test_of_many_that_are_patient_each_has_its_turn_alone(store):
    inside: list[int] = []
    crowds: list[int] = []
    ready = threading.Barrier(4)

    def wait_and_work(number: int) -> None:
        ready.wait()
        with held(store, PATIENCE) as lease:
            inside.append(number)
            crowds.append(len(inside))
            lease.require_held()
            inside.remove(number)

    workers = [threading.Thread(target=wait_and_work, args=(n,)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert crowds == [1] * 4


def test_patience_outlasts_an_owner_that_lets_go(store):
    """The owner lets go once it was found at work, so that there was something to wait for."""
    asked = threading.Event()

    class Watched(FakeObjectStore):
        def read(self, bucket: str, key: str) -> bytes:
            data = super().read(bucket, key)
            asked.set()
            return data

    watched = Watched()
    lease = lease_of(watched)
    threading.Thread(target=lambda: asked.wait() and lease.release()).start()
    with held(watched, PATIENCE) as mine:
        mine.require_held()


def test_patience_ends_with_who_holds_it(store):
    plant(store)
    with pytest.raises(Busy, match="process 1 on elsewhere"), held(store, patience_seconds=0.01):
        pass


def test_one_that_was_taken_over_learns_of_it_and_by_whom(store):
    with held(store) as lease:
        lease.require_held()
        plant(store)
        with pytest.raises(Busy, match=f"^{WHAT} was taken over by process 1 on elsewhere"):
            lease.require_held()


def test_one_that_was_slow_to_take_its_number_does_not_share_the_lease(store):
    """Between its look and its write, the number was taken, released, and cleared away."""

    class Slow(FakeObjectStore):
        def write_once(self, bucket: str, key: str, data: bytes) -> None:
            if key.endswith("000006.json"):
                plant(self, 7)
                self.delete(bucket, f"{PLACE}000005.json")
            super().write_once(bucket, key, data)

    slow = Slow()
    plant(slow, 5, is_released=True)

    with pytest.raises(Busy, match="was taken by another process just before"):
        lease_of(slow)
    owner = owner_of(slow, BUCKET, PLACE)
    assert owner is not None
    assert owner.runner == "other"


def test_a_newest_number_that_vanishes_is_looked_for_again_with_patience():
    """Whoever took the next number cleared it away between our look and our reading."""

    class Vanishing(FakeObjectStore):
        def read(self, bucket: str, key: str) -> bytes:
            if key.endswith("000005.json"):
                self.delete(bucket, key)
                plant(self, 6, is_released=True)
            return super().read(bucket, key)

    for patience, is_held in ((0.0, False), (PATIENCE, True)):
        vanishing = Vanishing()
        plant(vanishing, 5, is_released=True)
        if not is_held:
            with pytest.raises(Busy, match="just before"):
                lease_of(vanishing)
            continue
        with held(vanishing, patience) as lease:
            lease.require_held()


def test_one_lease_object_stays_however_often_it_was_taken(store):
    for _ in range(3):
        with held(store):
            pass
    assert len(store.keys(BUCKET, PLACE)) == 1


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit, Unavailable, AccessDenied])
def test_a_release_that_fails_hides_nothing_and_this_process_can_go_on(interruption):
    class Lost(FakeObjectStore):
        is_lost = False

        def write(self, bucket: str, key: str, data: bytes) -> None:
            if self.is_lost:
                raise interruption(key)
            super().write(bucket, key, data)

    def lose_it_and_fail() -> None:
        store.is_lost = True
        1 / 0  # noqa: B018  # it fails

    store = Lost()
    with pytest.raises(ZeroDivisionError), held(store):
        lose_it_and_fail()
    store.is_lost = False
    with held(store):
        pass


@pytest.mark.parametrize("failure", [KeyboardInterrupt, Unavailable])
@pytest.mark.parametrize("call", ["keys", "read", "write_once", "delete"])
def test_one_that_is_stopped_while_it_takes_the_lease_leaves_it_free(call, failure):
    """Whatever call it is stopped at, before or after that call took effect."""
    for is_done in (False, True):
        store = FakeObjectStore()
        plant(store, is_released=True)
        stopped = _stopping_at(store, call, failure, is_done=is_done)
        if call == "delete" and failure is Unavailable:  # others clear away what is left
            with held(stopped):
                pass
        else:
            with pytest.raises(failure), held(stopped):
                pass
        with held(store) as lease:
            lease.require_held()
        assert len(store.keys(BUCKET, PLACE)) == 1


def _stopping_at(
    store: FakeObjectStore, call: str, failure: type[BaseException], *, is_done: bool
) -> Any:
    class Stopping:
        def __getattr__(self, name: str) -> Any:
            return stop if name == call else getattr(store, name)

    def stop(*given: Any) -> None:
        if is_done:
            getattr(store, call)(*given)
        raise failure(call)

    return Stopping()


@pytest.mark.parametrize(
    "foreign",
    [
        "",
        "preflight",
        "notes/",
        "zzz.json",
        "7.json",
        "0000008.json",
        "٠٠٠٠٠٨.json",
        "000008.json~",
    ],
)
def test_what_is_no_entry_stands_in_nobodys_way(store, foreign):
    store.write(BUCKET, f"{PLACE}{foreign}", b"")
    with held(store) as lease:
        lease.require_held()
        with pytest.raises(Busy, match="is being run by"):
            lease_of(store)
    plant(store)
    with pytest.raises(Busy, match="elsewhere"):
        lease_of(store)
    assert store.exists(BUCKET, f"{PLACE}{foreign}")


DAMAGED = {
    "cut off": lambda data: data[:-9],
    "empty": lambda _: b"",
    "no text": lambda _: b"\xff",
    "another document": lambda _: b"{}",
    "no time zone": lambda data: data.replace(b"Z", b""),
    "no process": lambda data: data.replace(b'"pid": 1', b'"pid": -1'),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_an_owner_that_cannot_be_read_counts_as_dead_and_its_number_as_taken(store, damage):
    plant(store, 7)
    key = f"{PLACE}000007.json"
    data = store.read(BUCKET, key)
    store.write(BUCKET, key, DAMAGED[damage](data))
    assert store.read(BUCKET, key) != data

    assert owner_of(store, BUCKET, PLACE) is None
    with held(store) as lease:
        lease.require_held()
        assert store.keys(BUCKET, PLACE) == [f"{PLACE}000008.json"]


def test_one_whose_lease_was_taken_over_by_a_damaged_one_learns_of_it(store):
    with held(store) as lease:
        store.write(BUCKET, f"{PLACE}000002.json", b"{")
        with pytest.raises(Busy, match="was taken over by another process"):
            lease.require_held()


def test_numbers_go_on_beyond_six_digits(store):
    plant(store, 999_999, is_released=True)
    for _ in range(2):
        with held(store) as lease:
            lease.require_held()
    assert store.keys(BUCKET, PLACE) == [f"{PLACE}1000001.json"]


def test_nobody_ever_held_what_was_never_taken(store):
    assert owner_of(store, BUCKET, PLACE) is None
