"""Daily batch: drawn from the test split alone, with labels beside it."""

import json
from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.batch_file import parse_batch
from catalog.prepared_data import data_spec, read_manifest, read_split
from catalog.raw_checks import Origin
from fakes.data.described_csv import ROWS as SHOP_ROWS
from fakes.data.described_csv import SPEC as SHOP
from fakes.data.described_csv import prepared_shop, with_cells
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from foundation.errors import AlreadyExists, InvalidData, NotFound
from foundation.executions import Execution
from fraud.scoring.model_columns import ModelColumns
from fraud.scoring.requests import check_transactions
from fraud.simulation.creditcard import HEADER, creditcard_like, csv_text
from fraud.simulation.daily_sample import Drift
from pipeline.data.daily_batch import days_until, make_daily_batch, newest_data_digest, require_free
from pipeline.prepare import PrepareParams, prepare

SETTINGS = fake_settings()
SPEC = data_spec("creditcard")
DAY = date(2026, 11, 21)
ROWS = 3000


@pytest.fixture(scope="module")
def prepared() -> FakeObjectStore:
    """A store after two trainings that prepared different splits."""
    store = FakeObjectStore()
    text = HEADER + csv_text(creditcard_like(ROWS, frauds=60, seed=0))
    store.write(SETTINGS.data_bucket, "raw/creditcard.csv", text.encode())
    store.write(
        SETTINGS.data_bucket, "raw/creditcard.csv.origin.json", Origin(simulated=True).to_json()
    )
    for number, hour in ((1, 9), (2, 8)):
        now = datetime(2026, 11, 20, hour, tzinfo=UTC)
        execution = Execution(f"training-{number}", store, SETTINGS, now=lambda now=now: now)
        prepare(execution, PrepareParams(seed=number, minimum_rows=100))
    return store


@pytest.fixture
def store(prepared) -> FakeObjectStore:
    copied = FakeObjectStore()
    copied.objects = dict(prepared.objects)
    return copied


def written(store: FakeObjectStore, day: date = DAY) -> tuple[list[dict], dict[str, bool]]:
    batch = parse_batch(
        store.read(SETTINGS.data_bucket, f"daily-batches/{day}.json"), source="batch"
    ).transactions
    labels = json.loads(store.read(SETTINGS.data_bucket, f"labels/{day}.json"))
    return batch, {label["id"]: label["isFraud"] for label in labels}


def held_out(store: FakeObjectStore) -> pl.DataFrame:
    execution = Execution("interactive", store, SETTINGS)
    manifest = read_manifest(execution, newest_data_digest(store, SETTINGS))
    return read_split(execution, manifest, "test")


def test_a_day_is_drawn_from_the_data_set_that_is_named(store):
    made = make_daily_batch(store, SETTINGS, day=DAY, transactions=20, data="creditcard")
    assert made.data_digest == newest_data_digest(store, SETTINGS)
    with pytest.raises(NotFound, match=r"no data of payments was prepared.*--data payments"):
        make_daily_batch(store, SETTINGS, day=DAY, data="payments", force=True)


def test_every_transaction_of_a_day_can_be_scored(store):
    made = make_daily_batch(store, SETTINGS, day=DAY, transactions=200)
    batch, _ = written(store)
    incoming = check_transactions(
        batch, range(200), ModelColumns(SPEC.model_columns, roles=SPEC.roles)
    )
    assert incoming.set_aside == []
    assert len(set(incoming.ids)) == 200 == made.transactions
    assert incoming.categories == [None] * 200
    assert not any("category" in transaction for transaction in batch)
    assert incoming.ignored_fields == {}
    assert all(stamp.startswith("2026-11-21T") for stamp in incoming.timestamps)
    assert all(stamp.endswith("Z") for stamp in incoming.timestamps)
    assert incoming.timestamps == sorted(incoming.timestamps)


@given(seed=st.integers(0, 2**32 - 1))
@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_written_is_what_was_held_out_to_the_last_bit(store, seed):
    make_daily_batch(store, SETTINGS, day=DAY, transactions=300, seed=seed, force=True)
    batch, labels = written(store)
    test = held_out(store)
    known = {
        (*row[:-1], bool(row[-1]))
        for row in test.with_columns(pl.col("Time") % 86_400)
        .select(*SPEC.features, "Amount", "Time", "Class")
        .iter_rows()
    }
    midnight = datetime(2026, 11, 21, tzinfo=UTC)
    for one in batch:
        seconds = (datetime.fromisoformat(one["timestamp"]) - midnight).total_seconds()
        features = [one["features"][name] for name in SPEC.features]
        assert (*features, one["amount"], seconds, labels[one["id"]]) in known
    assert len(labels) == len(batch) == 300


def test_equal_arguments_give_equal_bytes_and_another_day_or_seed_another_sample(store):
    def amounts(**other) -> list[float]:
        made = make_daily_batch(
            store, SETTINGS, **{"day": DAY, "transactions": 100, "force": True, **other}
        )
        return [one["amount"] for one in written(store, made.day)[0]]

    once = amounts()
    first = store.read(SETTINGS.data_bucket, f"daily-batches/{DAY}.json")
    assert amounts() == once
    assert store.read(SETTINGS.data_bucket, f"daily-batches/{DAY}.json") == first
    assert amounts(seed=1) != once
    assert amounts(day=date(2026, 11, 22)) != once


def test_a_day_is_drawn_from_what_was_prepared_last_or_from_what_is_named(store):
    made = make_daily_batch(store, SETTINGS, day=DAY, transactions=10)
    newest = json.loads(
        store.read(SETTINGS.workflow_bucket, "executions/training-1/prepare/output.json")
    )["result"]["data_digest"]
    older = json.loads(
        store.read(SETTINGS.workflow_bucket, "executions/training-2/prepare/output.json")
    )["result"]["data_digest"]
    assert made.data_digest == newest != older
    assert made.simulated
    named = make_daily_batch(
        store, SETTINGS, day=DAY, transactions=10, data_digest=older, force=True
    )
    assert named.data_digest == older


def test_a_day_larger_than_the_test_split_says_how_many_are_repeated(store):
    made = make_daily_batch(store, SETTINGS, day=DAY, transactions=1000)
    assert made.repeated >= 1000 - made.held_out > 0
    batch, labels = written(store)
    assert len({one["id"] for one in batch}) == len(labels) == 1000


def test_the_frauds_that_are_counted_are_those_of_the_labels(store):
    made = make_daily_batch(
        store, SETTINGS, day=DAY, transactions=400, drift=Drift("more-fraud", 10.0)
    )
    assert made.frauds == sum(written(store)[1].values()) > 40


def test_a_day_that_is_there_is_not_touched_unless_forced(store):
    make_daily_batch(store, SETTINGS, day=DAY, transactions=10)
    before = dict(store.objects)
    with pytest.raises(AlreadyExists, match=r"2026-11-21.*--force"):
        make_daily_batch(store, SETTINGS, day=DAY, transactions=20)
    assert store.objects == before
    make_daily_batch(store, SETTINGS, day=DAY, transactions=20, force=True)
    assert len(written(store)[0]) == 20


def test_of_several_days_one_that_is_there_stops_them_all(store):
    make_daily_batch(store, SETTINGS, day=DAY, transactions=10)
    with pytest.raises(AlreadyExists, match="2026-11-21"):
        require_free(days_until(date(2026, 11, 22), 3), store, SETTINGS)


def test_days_are_consecutive_and_end_with_the_last():
    assert days_until(date(2026, 3, 1), 3) == [
        date(2026, 2, 27),
        date(2026, 2, 28),
        date(2026, 3, 1),
    ]


@pytest.mark.parametrize("fail_at", [0, 1])
def test_a_day_cut_short_is_not_ready_to_be_scored(store, fail_at):
    breaking = FakeObjectStore(fail_at=fail_at, failure=KeyboardInterrupt)
    breaking.objects = store.objects
    with pytest.raises(KeyboardInterrupt):
        make_daily_batch(breaking, SETTINGS, day=DAY, transactions=10)
    assert not store.exists(SETTINGS.data_bucket, f"daily-batches/{DAY}.json")


def test_before_any_training_there_is_nothing_to_draw_from():
    empty = FakeObjectStore()
    with pytest.raises(NotFound, match="ceap run training"):
        make_daily_batch(empty, SETTINGS, day=DAY)
    assert empty.objects == {}


def test_an_output_that_is_none_is_refused_by_name(store):
    store.write(SETTINGS.workflow_bucket, "executions/x/prepare/output.json", b"{}")
    with pytest.raises(InvalidData, match="executions/x/prepare"):
        make_daily_batch(store, SETTINGS, day=DAY)


def test_a_day_names_an_entity_that_is_a_feature_too_by_its_exact_text(monkeypatch):
    described = SHOP.model_copy(update={"features": ["age", "visits", "till"]})
    tills = {row: str(9_007_199_254_740_993 + 2 * (row % 5)) for row in range(SHOP_ROWS)}
    store = FakeObjectStore()
    _, manifest, _, _ = prepared_shop(with_cells("till", tills), described, store=store)
    monkeypatch.setattr("pipeline.data.daily_batch.data_spec", lambda name: described)
    made = make_daily_batch(
        store, SETTINGS, day=DAY, transactions=30, data_digest=manifest.data_digest
    )
    batch = json.loads(store.read(SETTINGS.data_bucket, f"daily-batches/{DAY}.json"))
    assert made.transactions == 30
    assert {one["entities"]["terminal"] for one in batch} <= set(tills.values())
    assert all(one["features"].keys().isdisjoint({"till (text)"}) for one in batch)
