"""Backup: it holds everything that is overwritten, or nothing is begun."""

import pytest

from fakes.ports.object_store import FakeObjectStore
from fakes.promotions.production import fake_production
from fakes.promotions.promotions import FIRST, SECOND, promote
from foundation import locations
from foundation.errors import DigestMismatch
from promotion.production import ProductionSession
from promotion.protocol.backup import back_up
from promotion.protocol.state import read_state
from promotion.records import Backup


def test_everything_that_was_overwritten_is_in_the_backup(production: ProductionSession) -> None:
    first = promote(production, FIRST)
    before = read_state(production)
    second = promote(production, SECOND)

    data = production.objects.read(production.bucket, locations.backup_key(second.promotion_id))
    backup = Backup.model_validate_json(data)
    assert backup.config is not None
    assert backup.config.encode() == before.data
    assert backup.parameters == before.parameters
    assert backup.aliases["champion"] == production.registry.version_of(first.promotion_id)


def test_a_backup_that_reads_back_otherwise_stops_the_promotion() -> None:
    class Forgetful(FakeObjectStore):
        def read(self, bucket: str, key: str) -> bytes:
            data = super().read(bucket, key)
            return data[:-1] if key.startswith("backups/") else data

    production = fake_production(objects=Forgetful())

    with pytest.raises(DigestMismatch, match=r"not begun: nothing was changed"):
        back_up(read_state(production), "promotion-1", production)
