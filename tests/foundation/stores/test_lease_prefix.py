"""Lease prefix: owners are numbered, and objects that are no owner are ignored."""

from datetime import UTC, datetime

import pytest

from fakes.ports.object_store import FakeObjectStore
from foundation.stores.lease_owner import LeaseOwner
from foundation.stores.lease_prefix import LeasePrefix

BUCKET, PREFIX = "workflow", "executions/inference-1/lease/"


@pytest.fixture
def store() -> FakeObjectStore:
    return FakeObjectStore()


@pytest.fixture
def prefix(store: FakeObjectStore) -> LeasePrefix:
    return LeasePrefix(store, BUCKET, PREFIX)


@pytest.fixture
def owner() -> LeaseOwner:
    return LeaseOwner.of_this_process(datetime.now(UTC))


def test_without_any_owner_the_first_number_is_one(prefix: LeasePrefix) -> None:
    assert prefix.owner() is None
    assert prefix.newest_key() is None
    assert prefix.key_after(None) == f"{PREFIX}000001.json"


def test_the_newest_owner_is_the_one_of_the_largest_number(
    prefix: LeasePrefix, owner: LeaseOwner
) -> None:
    for number, runner in ((999_999, "older"), (1_000_000, "newer")):
        key = f"{PREFIX}{number:06}.json"
        prefix.write(key, owner.model_copy(update={"runner": runner}))
    newest = prefix.owner()
    assert newest is not None
    assert newest.runner == "newer"
    assert prefix.key_after(prefix.newest_key()) == f"{PREFIX}1000001.json"


def test_a_heartbeat_changes_the_time_and_nothing_else(
    prefix: LeasePrefix, owner: LeaseOwner
) -> None:
    key = prefix.key_after(None)
    prefix.write(key, owner)
    beaten = prefix.read(key)
    assert beaten is not None
    assert beaten.beat_at >= owner.beat_at
    assert beaten.model_copy(update={"beat_at": owner.beat_at}) == owner


def test_a_released_owner_says_so(prefix: LeasePrefix, owner: LeaseOwner) -> None:
    key = prefix.key_after(None)
    prefix.write(key, owner, is_released=True)
    left = prefix.read(key)
    assert left is not None
    assert left.is_released


@pytest.mark.parametrize("name", ["", "preflight", "notes/", "7.json", "000008.json~"])
def test_another_object_is_no_owner(store: FakeObjectStore, prefix: LeasePrefix, name: str) -> None:
    store.write(BUCKET, f"{PREFIX}{name}", b"{}")
    assert prefix.keys() == []


def test_a_damaged_owner_is_none_and_its_number_is_taken(
    store: FakeObjectStore, prefix: LeasePrefix
) -> None:
    store.write(BUCKET, f"{PREFIX}000007.json", b"{")
    assert prefix.owner() is None
    assert prefix.key_after(prefix.newest_key()) == f"{PREFIX}000008.json"
