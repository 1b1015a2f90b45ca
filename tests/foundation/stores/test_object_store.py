"""One contract of the object store, over the fakes, moto and the local AWS."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from fakes.ports.directory_store import DirectoryStore
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from foundation.errors import AlreadyExists, NotFound, Outdated, Unavailable
from foundation.stores.object_store import ObjectStore, S3ObjectStore


@pytest.fixture(params=["fake", "directory", "moto_settings", "local_aws"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "fake":
        return FakeObjectStore()
    if request.param == "directory":
        return DirectoryStore(tmp_path / "store")
    return S3ObjectStore(request.getfixturevalue(request.param))


@pytest.fixture
def bucket() -> str:
    return fake_settings().data_bucket


@pytest.fixture
def key() -> str:
    return f"raw/{uuid4()}"


def test_what_was_written_is_read(store: ObjectStore, bucket: str, key: str) -> None:
    store.write(bucket, key, b"one")
    store.write(bucket, key, b"two")

    assert store.read(bucket, key) == b"two"
    assert store.exists(bucket, key)


def test_what_is_missing_is_not_found(
    store: ObjectStore, bucket: str, key: str, tmp_path: Path
) -> None:
    readers: list[Callable[[], object]] = [
        lambda: store.read(bucket, key),
        lambda: store.read_versioned(bucket, key),
        lambda: store.download(bucket, key, tmp_path / "file"),
    ]
    for reader in readers:
        with pytest.raises(NotFound, match=key):
            reader()
    assert not store.exists(bucket, key)


def test_write_once_keeps_the_first(store: ObjectStore, bucket: str, key: str) -> None:
    store.write_once(bucket, key, b"first")

    with pytest.raises(AlreadyExists):
        store.write_once(bucket, key, b"second")

    assert store.read(bucket, key) == b"first"


def test_the_same_write_twice_is_one_write(store: ObjectStore, bucket: str, key: str) -> None:
    for _ in range(2):
        store.write_once(bucket, key, b"same")

    assert store.read(bucket, key) == b"same"


def test_what_is_unchanged_since_it_was_read_is_written_over(
    store: ObjectStore, bucket: str, key: str
) -> None:
    etag: str | None = None
    for data in (b"one", b"two", b"three"):
        etag = store.write_if(bucket, key, data, etag=etag)

        assert store.read_versioned(bucket, key) == (data, etag)


def test_what_another_changed_is_left_as_it_is(store: ObjectStore, bucket: str, key: str) -> None:
    read = store.write_if(bucket, key, b"as I read it", etag=None)
    theirs = store.write_if(bucket, key, b"theirs", etag=read)

    with pytest.raises(Outdated, match=key):
        store.write_if(bucket, key, b"mine", etag=read)

    assert store.read_versioned(bucket, key) == (b"theirs", theirs)


def test_what_is_there_already_is_not_written_over_as_if_it_were_new(
    store: ObjectStore, bucket: str, key: str
) -> None:
    store.write(bucket, key, b"theirs")

    with pytest.raises(Outdated):
        store.write_if(bucket, key, b"mine", etag=None)

    assert store.read(bucket, key) == b"theirs"


def test_what_is_gone_by_now_is_not_made_again(store: ObjectStore, bucket: str, key: str) -> None:
    etag = store.write_if(bucket, key, b"as I read it", etag=None)
    store.delete(bucket, key)

    with pytest.raises(Outdated):
        store.write_if(bucket, key, b"mine", etag=etag)

    assert not store.exists(bucket, key)


def test_the_same_conditional_write_twice_is_one_write(
    store: ObjectStore, bucket: str, key: str
) -> None:
    first = store.write_if(bucket, key, b"first", etag=None)
    assert store.write_if(bucket, key, b"first", etag=None) == first

    second = store.write_if(bucket, key, b"second", etag=first)
    assert store.write_if(bucket, key, b"second", etag=first) == second


@pytest.mark.parametrize("store", ["directory", "local_aws"], indirect=True)
def test_of_many_who_write_over_the_same_state_one_succeeds(
    store: ObjectStore, bucket: str, key: str
) -> None:
    def written(etag: str | None, writer: bytes) -> bytes | None:
        try:
            store.write_if(bucket, key, writer, etag=etag)
        except Outdated:
            return None
        return writer

    etag: str | None = None
    for turn in range(10):
        writers = [f"{turn} {number}".encode() for number in range(8)]
        with ThreadPoolExecutor(len(writers)) as pool:
            outcomes = list(pool.map(written, [etag] * len(writers), writers))

        (winner,) = filter(None, outcomes)
        data, etag = store.read_versioned(bucket, key)
        assert data == winner


def test_a_file_survives_the_way_there_and_back(
    store: ObjectStore, bucket: str, key: str, tmp_path: Path
) -> None:
    there, back = tmp_path / "there", tmp_path / "back"
    there.write_bytes(bytes(range(256)) * 40_000)  # 10 MB: more than one part

    store.upload(bucket, key, there)
    store.download(bucket, key, back)

    assert back.read_bytes() == there.read_bytes()


def test_keys_are_listed_by_prefix_in_order(store: ObjectStore, bucket: str, key: str) -> None:
    for name in ("b", "a", "c/d"):
        store.write(bucket, f"{key}/{name}", b"")

    assert store.keys(bucket, f"{key}/") == [f"{key}/a", f"{key}/b", f"{key}/c/d"]
    assert store.keys(bucket, f"{key}/nothing") == []


def test_deleting_twice_is_deleting(store: ObjectStore, bucket: str, key: str) -> None:
    store.write(bucket, key, b"x")
    for _ in range(2):
        store.delete(bucket, key)

    assert not store.exists(bucket, key)


def test_the_store_tells_the_time_of_its_own_clock(store: ObjectStore, bucket: str) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)  # it tells no fractions

    assert before <= store.current_time(bucket) <= datetime.now(UTC)


def test_an_unreachable_store_is_unavailable_and_says_so() -> None:
    nowhere = fake_settings().model_copy(update={"aws_endpoint_url": "http://127.0.0.1:1"})

    with pytest.raises(Unavailable, match=r"Reading s3://b/k failed.*ceap aws status"):
        S3ObjectStore(nowhere).read("b", "k")


def test_a_local_aws_that_was_never_started_says_how_to_start_it() -> None:
    with pytest.raises(Unavailable, match="ceap aws up"):
        S3ObjectStore(fake_settings())
