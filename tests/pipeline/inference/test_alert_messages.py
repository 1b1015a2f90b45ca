"""Alert messages: every transaction once, in order, within the limits of SNS."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.data.scored_day import DAY, MODEL
from foundation.stores.topics import LARGEST_MESSAGE, LONGEST_SUBJECT, Message
from fraud.scoring.decision_threshold import DecisionThreshold
from pipeline.inference.alert_messages import Alert, Occasion, RiskyTransaction, alerts

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
    ),
    max_size=12,
    unique_by=lambda transaction: transaction.transaction_id,
)


def in_messages(messages: list[Alert]) -> list[str]:
    return [transaction for alert in messages for transaction in transactions(alert.message)]


@given(risky=transaction_lists, per_message=st.integers(1, 100))
@settings(deadline=None)
def test_messages_hold_every_transaction_once_in_order_within_the_limits_of_sns(risky, per_message):
    messages = list(alerts(risky, OCCASION, per_message=per_message))
    ids = [transaction.transaction_id for transaction in risky]
    assert in_messages(messages) == ids
    assert [one for alert in messages for one in alert.transactions] == ids
    for each in messages:
        assert each.message.size <= LARGEST_MESSAGE
        assert 1 <= len(each.transactions) <= per_message
        assert len(each.subject) <= LONGEST_SUBJECT
        assert each.subject.isascii()


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
