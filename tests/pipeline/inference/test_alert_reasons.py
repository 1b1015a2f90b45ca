"""Alert reasons are those of the model that scored the day; an alert never waits for them."""

import json
from datetime import date

import polars as pl
import pytest

from catalog.model_archive import load_model
from fakes.data.payments import endpoints_of, prepared_payments
from fakes.data.scored_day import open_day
from fakes.data.training import EASY, NO_BARS, SETTINGS, execution_of, trained
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.topic import FakeTopic
from fakes.ports.tracking import FakeTracking
from foundation import locations
from fraud.scoring.decision_threshold import DecisionThreshold
from pipeline.alert import AlertParams, alert, flagged_transactions
from pipeline.data.daily_batch import make_daily_batch
from pipeline.deploy import DeployParams, deploy
from pipeline.evaluate import evaluate
from pipeline.inference.alert_reasons import Explained, ReasonRules, riskiest, with_reasons
from pipeline.inference.risky_transaction import RiskyTransaction
from pipeline.inference.scored import ScoreOutput, read_scored
from pipeline.inference.transactions import read_transactions, write_transactions
from pipeline.score import ScoreParams, score

DAY = date(2026, 11, 21)
RULES = ReasonRules(most_transactions=5, most_reasons=2)
COUNT = 8  # transactions of the day that are alerted


@pytest.fixture(scope="module")
def scored_store() -> FakeObjectStore:
    """A store in which a day of payments was scored by a deployed model."""
    store = prepared_payments()
    endpoints = endpoints_of(store, trained(store).model_digest)
    anything = EASY.model_copy(update={**NO_BARS, "batch_rows": 100})
    evaluate(execution_of(store), anything, endpoints, FakeTracking())
    deploy(execution_of(store), DeployParams(attempts=1), endpoints)
    make_daily_batch(store, SETTINGS, day=DAY, transactions=300)
    score(open_day(store, day=DAY, settings=SETTINGS), ScoreParams(), endpoints)
    return store


@pytest.fixture
def store(scored_store: FakeObjectStore) -> FakeObjectStore:
    copied = FakeObjectStore()
    copied.objects = dict(scored_store.objects)
    return copied


def risky_of(store: FakeObjectStore) -> list[RiskyTransaction]:
    table = read_scored(open_day(store, settings=SETTINGS)).sort("fraud_score", descending=True)
    return flagged_transactions(table, DecisionThreshold(float(table["fraud_score"][COUNT - 1])))


def digest_of(store: FakeObjectStore) -> str:
    return open_day(store, settings=SETTINGS).result("score", ScoreOutput).model_digest


def explained(store: FakeObjectStore, rules: ReasonRules = RULES) -> Explained:
    execution = open_day(store, settings=SETTINGS)
    return with_reasons(execution, risky_of(store), rules, model_digest=digest_of(store))


class CountingStore(FakeObjectStore):
    """Counts how often each key is read."""

    def __init__(self, store: FakeObjectStore) -> None:
        super().__init__()
        self.objects, self.reads = store.objects, list[str]()

    def read(self, bucket: str, key: str) -> bytes:
        self.reads.append(key)
        return super().read(bucket, key)


def test_the_riskiest_get_their_reasons_and_the_order_stays(store: FakeObjectStore) -> None:
    found = explained(store)
    plain = risky_of(store)
    assert [each._replace(why=()) for each in found.transactions] == plain
    first = {each.transaction_id for each in riskiest(plain, 5)}
    for each in found.transactions:
        assert len(each.why) == (2 if each.transaction_id in first else 0)
    basis, cap = found.notes
    assert "in log-odds, before calibration" in basis
    assert "the middle 90% of the day's 300 transactions" in basis
    assert cap.startswith(f"Reasons are given for the 5 riskiest of {len(plain)} transactions")
    assert "explained_transactions in params/inference/alert.yaml" in cap


def test_a_reason_names_a_column_and_what_the_transaction_has_there(
    store: FakeObjectStore,
) -> None:
    key = locations.daily_batch_key(DAY)
    batch = {one["id"]: one for one in json.loads(store.read(SETTINGS.data_bucket, key))}
    seen = 0
    for each in explained(store, ReasonRules(100, 10)).transactions:
        sent = batch[each.transaction_id]
        for reason in each.why:
            if reason.startswith("channel = "):
                assert reason.startswith(f"channel = {sent['features']['channel']} (")
                seen += 1
            if reason.startswith("amount "):
                assert reason.startswith(f"amount {sent['amount']:,.2f}")
                seen += 1
    assert seen > 0


def test_with_all_of_them_explained_no_cap_is_told(store: FakeObjectStore) -> None:
    (basis,) = explained(store, ReasonRules(100, 1)).notes
    assert basis.startswith("The number behind a reason")


def test_no_reasons_are_given_where_none_are_wanted_and_no_model_is_loaded(
    store: FakeObjectStore,
) -> None:
    counting = CountingStore(store)
    execution = open_day(counting, settings=SETTINGS)
    digest, none = digest_of(store), ReasonRules(0, 3)
    assert with_reasons(execution, [], RULES, model_digest=digest) == Explained([])
    found = with_reasons(execution, risky_of(store), none, model_digest=digest)
    assert found.transactions == risky_of(store)
    assert found.notes[0].startswith("Reasons are given for the 0 riskiest of")
    assert counting.reads == []


def test_the_model_is_loaded_once(store: FakeObjectStore) -> None:
    counting = CountingStore(store)
    execution, digest = open_day(counting, settings=SETTINGS), digest_of(store)
    with_reasons(execution, risky_of(store), RULES, model_digest=digest)
    assert counting.reads.count(locations.model_archive_key(digest)) == 1


def test_a_model_that_is_gone_or_damaged_costs_the_reasons_and_no_alert(
    store: FakeObjectStore,
) -> None:
    key = locations.model_archive_key(digest_of(store))
    plain = risky_of(store)
    del store.objects[SETTINGS.models_bucket, key]
    gone = explained(store)
    assert gone.transactions == plain
    assert gone.notes[0].startswith("No reasons are given. NotFound: Model")
    store.objects[SETTINGS.models_bucket, key] = b"no archive"
    damaged = explained(store)
    assert damaged.transactions == plain
    assert damaged.notes[0].startswith("No reasons are given. ")


def test_a_day_that_was_scored_again_gives_no_reasons_for_what_changed(
    store: FakeObjectStore,
) -> None:
    plain, execution = risky_of(store), open_day(store, settings=SETTINGS)
    changed, missing = plain[0].transaction_id, plain[1].transaction_id
    is_changed = pl.col("id") == changed
    again = read_transactions(execution).filter(pl.col("id") != missing)
    again = again.with_columns(pl.col("amount") + pl.when(is_changed).then(1_000).otherwise(0))
    write_transactions(execution, again.drop("execution_id"))
    found = explained(store, ReasonRules(100, 2))
    why = {each.transaction_id: each.why for each in found.transactions}
    assert why[changed] == why[missing] == ()
    assert all(why[each.transaction_id] for each in plain[2:])
    assert any(note.startswith(f"2 of {len(plain)} have no reasons") for note in found.notes)


def test_an_execution_that_kept_no_transactions_alerts_without_reasons(
    store: FakeObjectStore,
) -> None:
    del store.objects[SETTINGS.data_bucket, locations.transactions_key(DAY)]
    found = explained(store)
    assert found.transactions == risky_of(store)
    assert found.notes[0].startswith("No reasons are given. NotFound")


def test_an_alert_says_who_and_why(store: FakeObjectStore) -> None:
    topic, execution = FakeTopic(), open_day(store, settings=SETTINGS)
    risky = risky_of(store)
    params = AlertParams(threshold=min(each.score for each in risky))
    output = alert(execution, params, store, topic)
    (message,) = topic.delivered
    body = json.loads(message.body)
    assert output.grouped_by == "customer"
    assert output.entities == len(body["entries"])
    assert sum(entry["transactionCount"] for entry in body["entries"]) == output.flagged
    by_id = {one["transactionId"]: one for one in body["transactions"]}
    for each in risky:
        told = by_id[each.transaction_id]
        assert told["entities"] == dict(each.entities)
        assert told["entities"].keys() == {"customer", "terminal"}
        assert 1 <= len(told["why"]) <= 3
    scored_by = load_model(execution_of(store), body["modelDigest"])
    assert body["modelThreshold"] == scored_by.model.threshold
