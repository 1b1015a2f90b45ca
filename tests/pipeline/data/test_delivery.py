"""Delivery: what is put is what was checked, and a day that was delivered stays as it is."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from foundation import locations
from foundation.errors import AlreadyExists, NotFound
from fraud.simulation.creditcard import creditcard_like
from pipeline.data.delivery import DeliveredFile, Deliveries

SETTINGS = fake_settings()
DAY = date(2026, 11, 21)
COLUMNS = [*(f"V{number}" for number in range(1, 29)), "Amount", "Time"]


def deployed(**changes: Any) -> FakeObjectStore:
    store = FakeObjectStore()
    content = {"name": "prod", "model_digest": "a" * 64, "columns": COLUMNS, **changes}
    store.write(SETTINGS.config_bucket, locations.ENDPOINT, json.dumps(content).encode())
    return store


def transaction(number: int, **changes: Any) -> dict[str, Any]:
    good = {
        "id": f"t-{number}", "timestamp": "2026-11-21T09:30:00Z", "amount": 1.0,
        "features": dict.fromkeys(COLUMNS[:-2], 0.5),
    }  # fmt: skip
    return {**good, **changes}


def delivery(
    deliveries: Deliveries, folder: Path, data: bytes, day: date | None = None
) -> tuple[DeliveredFile, date]:
    path = folder / "day"
    path.write_bytes(data)
    return deliveries.read(path, "day", day)


def stored(store: FakeObjectStore) -> bytes:
    return store.read(SETTINGS.data_bucket, locations.daily_batch_key(DAY))


@pytest.mark.parametrize("lines", [True, False], ids=["lines", "array"])
def test_json_is_put_as_it_was_delivered(tmp_path, lines):
    store = deployed()
    deliveries = Deliveries(store, SETTINGS)
    batch = [transaction(number) for number in range(40)] + [transaction(40, amount=-1)]
    data = b"\n".join(json.dumps(one).encode() for one in batch) if lines else None
    delivered, day = delivery(deliveries, tmp_path, data or json.dumps(batch, indent=1).encode())
    checked = deliveries.check(delivered, day)
    assert (day, checked.scored, checked.rejected, checked.refusal) == (DAY, 40, 1, None)
    place = deliveries.put(delivered, day, force=False)
    assert place == "s3://fraud-detection-data/daily-batches/2026-11-21.json"
    assert stored(store) == delivered.data


def test_a_table_is_converted_by_the_description_of_its_data(tmp_path):
    store = deployed()
    deliveries = Deliveries(store, SETTINGS, data="creditcard")
    table = creditcard_like(60, frauds=2, seed=1)
    for write in (table.write_csv, table.drop("Class").write_parquet):
        write(tmp_path / "table")
        delivered, day = deliveries.read(tmp_path / "table", "table", DAY)
        checked = deliveries.check(delivered, day)
        assert (checked.received, checked.scored, day) == (60, 60, DAY)
        assert "no column of ids" in checked.notes[0]
    deliveries.put(delivered, day, force=False)
    batch = json.loads(stored(store))
    assert [one["amount"] for one in batch] == table["Amount"].to_list()
    assert [one["features"]["V7"] for one in batch] == table["V7"].to_list()


def test_a_day_that_was_delivered_is_replaced_only_by_force(tmp_path):
    store = deployed()
    deliveries = Deliveries(store, SETTINGS)
    first, _ = delivery(deliveries, tmp_path, json.dumps([transaction(1)]).encode())
    other, _ = delivery(deliveries, tmp_path, json.dumps([transaction(2)]).encode())
    deliveries.put(first, DAY, force=False)
    deliveries.put(first, DAY, force=False)  # the same bytes: a repeat
    with pytest.raises(AlreadyExists, match="2026-11-21 has a batch already") as refusal:
        deliveries.put(other, DAY, force=False)
    assert "--force" in str(refusal.value)
    assert stored(store) == first.data
    deliveries.put(other, DAY, force=True)
    assert stored(store) == other.data


def test_an_empty_day_is_delivered_under_the_day_that_is_named(tmp_path):
    store = deployed()
    deliveries = Deliveries(store, SETTINGS)
    delivered, day = delivery(deliveries, tmp_path, b"[]", DAY)
    assert deliveries.check(delivered, day).refusal is None
    deliveries.put(delivered, day, force=False)
    assert stored(store) == b"[]"


def test_without_a_deployed_model_there_is_nothing_to_check_against():
    with pytest.raises(NotFound, match="ceap run training"):
        Deliveries(FakeObjectStore(), SETTINGS)
