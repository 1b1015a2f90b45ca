"""Faults during a conditional write: it succeeds, or its error tells that the object changed."""

import random
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from fakes.faults.faulty_proxy import LOST, Burst
from foundation.errors import AccessDenied, NotFound, Outdated, Unavailable
from foundation.settings import Settings
from foundation.stores.object_store import CONFLICTS, S3ObjectStore

CONFLICT = {"code": "ConditionalRequestConflict", "status": 409}
FAILED = {"code": "InternalError", "status": 500}
FOREVER = 100

Place = tuple[Burst, S3ObjectStore, S3ObjectStore]  # the way through the proxy, and past it


@pytest.fixture(autouse=True)
def _short_waits() -> None:
    random.seed(1233915)  # the first shares of botocore's waits that it gives are near a fifth


@pytest.fixture(params=["local_aws", "moto_settings"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    settings: Settings = request.getfixturevalue(request.param)
    burst = Burst(str(settings.aws_endpoint_url))
    through = settings.model_copy(update={"aws_endpoint_url": burst.url})
    yield burst, S3ObjectStore(through), S3ObjectStore(settings)
    burst.stop()


@pytest.fixture
def at() -> tuple[str, str]:
    return "fraud-detection-config", str(uuid4())


@pytest.mark.parametrize("is_new", [True, False])
def test_a_write_whose_reply_was_lost_is_a_success(
    place: Place, at: tuple[str, str], is_new: bool
) -> None:
    burst, store, direct = place
    etag = None if is_new else direct.write_if(*at, b"before", etag=None)
    burst.does("s3", "PutObject", times=1, response=LOST)

    written = store.write_if(*at, b"mine", etag=etag)

    assert burst.faults == 1
    assert direct.read_versioned(*at) == (b"mine", written)


def test_a_lost_reply_does_not_hide_that_another_was_first(
    place: Place, at: tuple[str, str]
) -> None:
    burst, store, direct = place
    direct.write_if(*at, b"theirs", etag=None)
    burst.does("s3", "PutObject", times=1, response=LOST)

    with pytest.raises(Outdated):
        store.write_if(*at, b"mine", etag=None)

    assert burst.faults == 1
    assert direct.read(*at) == b"theirs"


def test_a_conflict_that_passes_is_waited_for(place: Place, at: tuple[str, str]) -> None:
    burst, store, direct = place
    before = direct.write_if(*at, b"before", etag=None)
    burst.does("s3", "PutObject", times=CONFLICTS - 1, error=CONFLICT)

    store.write_if(*at, b"mine", etag=before)

    assert burst.faults == CONFLICTS - 1
    assert direct.read(*at) == b"mine"


@pytest.mark.parametrize("error", [CONFLICT, FAILED])
def test_a_store_that_stays_busy_is_unavailable_and_nothing_was_written(
    place: Place, at: tuple[str, str], error: Any
) -> None:
    burst, store, direct = place
    before = direct.write_if(*at, b"before", etag=None)
    burst.does("s3", "PutObject", times=FOREVER, error=error)

    with pytest.raises(Unavailable, match=str(error["code"])):
        store.write_if(*at, b"mine", etag=before)

    assert direct.read_versioned(*at) == (b"before", before)


def test_a_conflict_with_somebody_who_was_faster_is_outdated_at_once(
    place: Place, at: tuple[str, str]
) -> None:
    burst, store, direct = place
    before = direct.write_if(*at, b"before", etag=None)
    direct.write_if(*at, b"theirs", etag=before)
    burst.does("s3", "PutObject", times=FOREVER, error=CONFLICT)

    with pytest.raises(Outdated):
        store.write_if(*at, b"mine", etag=before)

    assert burst.faults == 1
    assert direct.read(*at) == b"theirs"


def test_who_was_first_stays_unknown_while_nothing_can_be_read_back(
    place: Place, at: tuple[str, str]
) -> None:
    burst, store, direct = place
    direct.write(*at, b"theirs")
    burst.does("s3", "GetObject", times=FOREVER, error=FAILED)

    with pytest.raises(Unavailable):
        store.write_if(*at, b"mine", etag=None)


@pytest.mark.parametrize("etag", [None, '"of another state"'])
def test_what_may_not_be_written_is_denied_whatever_state_it_is_in(
    place: Place, at: tuple[str, str], etag: str | None
) -> None:
    burst, store, direct = place
    direct.write(*at, b"theirs")
    burst.does("s3", "PutObject", times=1, error={"code": "AccessDenied", "status": 403})

    with pytest.raises(AccessDenied):
        store.write_if(*at, b"mine", etag=etag)

    assert direct.read(*at) == b"theirs"


def test_a_bucket_that_is_not_there_is_not_found(place: Place) -> None:
    _, store, _ = place
    with pytest.raises(NotFound, match="NoSuchBucket"):
        store.write_if("no-such-bucket", "key", b"mine", etag=None)
