"""Freezing: a freeze stops what it should until it is lifted, and says who, why and since when."""

from datetime import UTC, datetime

import pytest

from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from foundation import locations
from foundation.errors import InvalidData, Unavailable
from foundation.production.freeze import Freeze, Frozen, current_freeze, require_thawed

SETTINGS = fake_settings()
FREEZE = Freeze(
    reason="chargebacks of last week", by="ana@desk", at=datetime(2026, 11, 25, 2, 10, tzinfo=UTC)
)


def frozen_store(content: bytes = FREEZE.to_json()) -> FakeObjectStore:
    store = FakeObjectStore()
    store.write(SETTINGS.config_bucket, locations.FREEZE, content)
    return store


def test_without_a_freeze_everything_may_begin() -> None:
    assert current_freeze(FakeObjectStore(), SETTINGS) is None
    require_thawed(FakeObjectStore(), SETTINGS, "Promotion p-1")


def test_a_freeze_is_read_as_it_was_written() -> None:
    assert current_freeze(frozen_store(), SETTINGS) == FREEZE


def test_what_is_refused_is_told_who_froze_why_since_when_and_how_to_lift_it() -> None:
    with pytest.raises(Frozen) as refused:
        require_thawed(frozen_store(), SETTINGS, "Promotion p-1")
    assert str(refused.value) == (
        "Promotion p-1 was not begun: production is frozen by ana@desk since 2026-11-25 02:10 UTC "
        "('chargebacks of last week'). Once it may go on: ceap promotion lift --reason '…'"
    )
    assert not refused.value.worth_retrying


def test_a_lifted_freeze_stops_nothing() -> None:
    store = frozen_store()
    store.delete(SETTINGS.config_bucket, locations.FREEZE)
    require_thawed(store, SETTINGS, "Promotion p-1")


@pytest.mark.parametrize("content", [b"", b"{}", b"{not json", b'{"reason": "no date"}'])
def test_a_freeze_that_cannot_be_read_does_not_count_as_lifted(content: bytes) -> None:
    with pytest.raises(InvalidData, match="It counts as one: nothing was begun"):
        require_thawed(frozen_store(content), SETTINGS, "Promotion p-1")


def test_a_store_that_does_not_answer_does_not_count_as_lifted() -> None:
    class Away(FakeObjectStore):
        def read(self, bucket: str, key: str) -> bytes:
            raise Unavailable(key)

    with pytest.raises(Unavailable):
        require_thawed(Away(), SETTINGS, "Promotion p-1")
