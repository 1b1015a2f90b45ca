"""Locations: keys do not collide, and the day of a batch is read back from its key."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation import locations

DAY = date(2026, 11, 21)


@given(st.dates())
def test_the_day_of_a_batch_is_read_back_from_its_key(day: date) -> None:
    assert locations.day_of_batch(locations.daily_batch_key(day)) == day


@pytest.mark.parametrize(
    "key",
    ["daily-batches/", "daily-batches/notes.txt", "daily-batches/20261121.json", "2026-11-21.json",
     "daily-batches/2026-11-21.json.bak", "daily-batches/2026-11-31.json"],
)  # fmt: skip
def test_any_other_file_is_no_batch(key: str) -> None:
    assert locations.day_of_batch(key) is None


def test_a_prefix_leads_every_key_of_its_kind() -> None:
    assert locations.sent_alerts_key(DAY, "m-1").startswith(locations.sent_alerts_key(DAY))
    assert locations.unsent_run_key("k").startswith(locations.unsent_run_key())
    assert locations.promotion_key("p-1", "plan.json").startswith(locations.PROMOTIONS)
    assert locations.audit_entry_key(1).startswith(locations.AUDIT)
    assert locations.hyperparameter_name("max_depth").startswith(locations.HYPERPARAMETERS)


def test_audit_entries_sort_by_their_number() -> None:
    keys = [locations.audit_entry_key(number) for number in (1, 9, 10, 99, 100, 12_345_678)]
    assert keys == sorted(keys)


def test_keys_of_one_execution_do_not_collide() -> None:
    keys = [
        locations.execution_key("e-1"),
        locations.execution_lease_prefix("e-1"),
        *(locations.stage_output_key("e-1", stage) for stage in ("prepare", "train")),
        locations.stage_key("e-1", "train", "model.json"),
    ]
    assert len(set(keys)) == len(keys)
    assert all(key.startswith("executions/e-1/") for key in keys)


def test_splits_and_manifest_of_one_data_set_lie_together() -> None:
    keys = [locations.split_key("d1", split) for split in locations.SPLITS]
    assert keys == [f"prepared/d1/{split}.parquet" for split in ("train", "validation", "test")]
    assert locations.manifest_key("d1") == "prepared/d1/manifest.json"
