"""Alert messages: every transaction once, in order, within the limits of SNS."""

import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.data.scored_day import DAY, MODEL
from foundation.stores.topics import LARGEST_MESSAGE, LONGEST_SUBJECT, Message
from fraud.scoring.decision_threshold import DecisionThreshold
from pipeline.inference.alert_messages import Alert, Occasion, alerts
from pipeline.inference.risky_transaction import RiskyTransaction, by_entity

OCCASION = Occasion(
    day=DAY,
    execution_id="2026-11-21-a",
    model_digest=MODEL,
    threshold=DecisionThreshold(0.8),
    table="FraudScores",
)


def transactions(message: Message) -> list[str]:
    return [one["transactionId"] for one in json.loads(message.body)["transactions"]]


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
transaction_lists = st.lists(
    st.builds(
        RiskyTransaction,
        transaction_id=texts,
        timestamp=st.just("2026-11-21T09:30:00Z"),
        amount=st.floats(0, 1e15),
        category=st.one_of(
            st.none(), texts, st.builds(lambda text, n: text * n, texts, st.integers(0, 2000))
        ),
        score=st.floats(0, 1),
        entities=st.lists(
            st.tuples(st.sampled_from(["customer", "card"]), st.sampled_from(["C-1", "é" * 128])),
            unique_by=lambda entity: entity[0],
        ).map(tuple),
        why=st.lists(st.text("é€ ", max_size=200), max_size=3).map(tuple),
    ),
    max_size=12,
    unique_by=lambda transaction: transaction.transaction_id,
)


def in_messages(messages: list[Alert]) -> list[str]:
    return [transaction for alert in messages for transaction in transactions(alert.message)]


@given(
    risky=transaction_lists,
    per_message=st.integers(1, 100),
    role=st.sampled_from([None, "customer", "card"]),
)
@settings(deadline=None)
def test_messages_hold_every_transaction_once_in_order_within_the_limits_of_sns(
    risky, per_message, role
):
    risky, occasion = by_entity(risky, role), replace(OCCASION, group_by=role)
    messages = list(alerts(risky, occasion, per_message=per_message))
    ids = [transaction.transaction_id for transaction in risky]
    assert in_messages(messages) == ids
    assert [one for alert in messages for one in alert.transactions] == ids
    for each in messages:
        assert each.message.size <= LARGEST_MESSAGE
        assert 1 <= len(each.transactions) <= per_message
        assert len(each.subject) <= LONGEST_SUBJECT
        assert each.subject.isascii()
        entries = json.loads(each.body).get("entries", [])
        listed = [one for entry in entries for one in entry["transactions"]]
        assert listed == (each.transactions if role else [])


def risky(name: str, category: str) -> RiskyTransaction:
    return RiskyTransaction(name, "2026-11-21T09:30:00Z", 1.0, category, 0.9)


def test_a_hundred_large_transactions_need_more_than_one_message():
    messages = list(
        alerts([risky(f"t-{n}", "x" * 9_000) for n in range(100)], OCCASION, per_message=100)
    )
    assert [len(alert.transactions) for alert in messages] == [28, 28, 28, 16]


def test_a_transaction_too_large_for_any_message_loses_only_the_end_of_its_category():
    (message,) = alerts([risky("t-0", "é" * 400_000)], OCCASION, per_message=100)
    (sent,) = json.loads(message.body)["transactions"]
    assert sent["category"].startswith("ééé")
    assert sent["category"].endswith("… (shortened)")
    assert sent | {"category": ""} == {
        "transactionId": "t-0", "timestamp": "2026-11-21T09:30:00Z", "amount": 1.0,
        "category": "", "fraudScore": 0.9,
    }  # fmt: skip


def of_customer(customer: str, *scores: float, **more: Any) -> list[RiskyTransaction]:
    return [
        RiskyTransaction(
            f"{customer}-{score}", "2026-11-21T09:30:00Z", 10.0, "x", score,
            (("customer", customer), ("card", "4111 1111 1111 1111")), **more,
        )
        for score in scores
    ]  # fmt: skip


BY_CUSTOMER = replace(OCCASION, group_by="customer")


def test_a_customer_has_one_entry_with_its_transactions_its_highest_score_and_its_amount():
    risky = [*of_customer("A", 0.99, 0.85, why=("amount 9 (+1.9)",)), *of_customer("B", 0.9)]
    (message,) = alerts(risky, BY_CUSTOMER, per_message=100)
    body = json.loads(message.body)
    assert body["summary"] == (
        "3 transactions need review, in 2 entries by customer — 2026-11-21, highest score 0.990"
    )
    assert body["entries"] == [
        {
            "entity": {"customer": "A"}, "transactionCount": 2, "highestScore": 0.99,
            "totalAmount": 20.0, "why": ["amount 9 (+1.9)"], "transactions": ["A-0.99", "A-0.85"],
        },
        {
            "entity": {"customer": "B"}, "transactionCount": 1, "highestScore": 0.9,
            "totalAmount": 10.0, "transactions": ["B-0.9"],
        },
    ]  # fmt: skip
    assert [one["transactionId"] for one in body["transactions"]] == ["A-0.99", "A-0.85", "B-0.9"]
    assert body["transactions"][0]["why"] == ["amount 9 (+1.9)"]


def test_a_customer_is_not_divided_over_messages_unless_none_could_hold_it():
    risky = [
        *of_customer("A", 0.99, 0.98), *of_customer("B", 0.97, 0.96),
        *of_customer("C", 0.95, 0.94, 0.93, 0.92),
    ]  # fmt: skip
    messages = list(alerts(risky, BY_CUSTOMER, per_message=3))
    assert [message.transactions for message in messages] == [
        ["A-0.99", "A-0.98"], ["B-0.97", "B-0.96", "C-0.95"], ["C-0.94", "C-0.93", "C-0.92"],
    ]  # fmt: skip


def test_a_transaction_without_the_entity_is_an_entry_of_its_own():
    alone = risky("t-1", "x"), risky("t-2", "x")
    (message,) = alerts([*of_customer("A", 0.9), *alone], BY_CUSTOMER, per_message=100)
    entries = json.loads(message.body)["entries"]
    assert [entry["entity"] for entry in entries] == [{"customer": "A"}, {}, {}]
    assert [entry["transactions"] for entry in entries] == [["A-0.9"], ["t-1"], ["t-2"]]


def test_no_card_number_is_in_a_message_wherever_it_came_from():
    number = "4111111111111111"
    told = RiskyTransaction(
        "t-0", "2026-11-21T09:30:00Z", 1.0, f"paid by {number}", 0.9, (("card", number),),
        (f"card = {number} (+1.0)",),
    )  # fmt: skip
    (message,) = alerts([told], replace(OCCASION, group_by="card"), per_message=100)
    assert number not in message.body
    body = json.loads(message.body)
    assert body["entries"][0]["entity"] == {"card": "411111******1111"}
    assert body["transactions"][0]["entities"] == {"card": "411111******1111"}
    assert body["transactions"][0]["category"] == "paid by 411111******1111"
    assert body["entries"][0]["why"] == ["card = 411111******1111 (+1.0)"]


def test_notes_are_for_people_and_stand_before_the_facts():
    (message,) = alerts(
        [risky("t-0", "x")], replace(OCCASION, notes=("No reasons are given.",)), per_message=1
    )
    assert json.loads(message.body)["notes"] == ["No reasons are given."]
    (silent,) = alerts([risky("t-0", "x")], OCCASION, per_message=1)
    assert json.loads(silent.body).keys().isdisjoint({"notes", "entries"})


def test_the_id_of_a_message_depends_on_the_day_and_its_transactions_alone():
    other = Occasion(
        day=DAY,
        execution_id="b",
        model_digest="c" * 64,
        threshold=DecisionThreshold(0.7),
        table="FraudScores",
    )
    (one,) = alerts([risky("t-0", "x"), risky("t-1", "x")], OCCASION, per_message=100)
    (same,) = alerts([risky("t-1", "y"), risky("t-0", "y")], other, per_message=100)
    (different,) = alerts([risky("t-0", "x")], OCCASION, per_message=100)
    assert one.message_id == same.message_id != different.message_id


def test_a_transaction_without_a_category_is_told_without_one():
    bare = risky("t-1", "books")._replace(category=None)
    (message,) = alerts([bare], OCCASION, per_message=100)
    (sent,) = json.loads(message.body)["transactions"]
    assert "category" not in sent
