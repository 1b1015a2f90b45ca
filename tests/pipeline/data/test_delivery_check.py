"""Delivery check: what is said of a delivery is what score will do with it."""

from datetime import date
from typing import Any

import pytest

from catalog.batch_file import BatchFile
from fakes.data.labelled_rows import ROLES
from foundation.errors import InvalidData, InvalidParams
from fraud.scoring.day_window import DayWindow
from fraud.scoring.model_columns import ModelColumns
from fraud.scoring.requests import BatchLaws
from pipeline.data.delivery_check import (
    CheckedDelivery,
    check_delivery,
    delivered_day,
    require_deliverable,
)

DAY = date(2026, 11, 21)
LAWS = BatchLaws(ModelColumns(("V1", "Amount", "Time"), roles=ROLES), DayWindow(DAY, 2))


def batch(*transactions: Any) -> BatchFile:
    return BatchFile(list(transactions), list(range(1, len(transactions) + 1)))


def transaction(number: int, **changes: Any) -> dict[str, Any]:
    good = {
        "id": f"t-{number}", "timestamp": "2026-11-21T09:30:00Z", "amount": 1.0,
        "features": {"V1": 0.5},
    }  # fmt: skip
    return {**good, **changes}


def checked(*transactions: Any, share: float = 0.5) -> CheckedDelivery:
    return check_delivery(batch(*transactions), LAWS, DAY, maximum_rejected_share=share)


def test_what_would_be_scored_is_counted_beside_each_reason_and_its_first():
    found = checked(
        transaction(1), transaction(2, amount=-1), transaction(3, amount=-2, id=""),
        *(transaction(number) for number in range(4, 10)),
    )  # fmt: skip
    assert found.sentence == "7 of 9 would be scored, 2 set aside"
    told = [(one.rule, one.transactions, one.first_position) for one in found.reasons]
    assert told == [("amount", 2, 2), ("id", 1, 3)]
    assert found.reasons[0].first.endswith("not -1")
    require_deliverable(found)


def test_fields_that_nothing_uses_are_noted_and_stop_nothing():
    found = checked(transaction(1, Category="books"))
    assert found.notes == [
        "1 transaction has a field 'Category' that nothing uses (did you mean category?)."
    ]
    require_deliverable(found)


@pytest.mark.parametrize(
    ("transactions", "told"),
    [
        ([transaction(1, amount=-1), transaction(2, amount=-1), transaction(3)], "66.7%"),
        ([transaction(1, features={})], "1 of 1 transactions of 2026-11-21 were set aside"),
        ([transaction(1, timestamp="2024-01-01T09:30:00Z")], "is of another day"),
    ],
)
def test_what_score_would_refuse_is_refused(transactions, told):
    with pytest.raises(InvalidData, match=told) as refusal:
        require_deliverable(checked(*transactions))
    for way_out in ("Nothing was delivered", "docs/batch-format.md"):
        assert way_out in str(refusal.value)


def test_a_day_without_transactions_can_be_delivered():
    found = checked()
    require_deliverable(found)
    assert (found.received, found.notes[0]) == (
        0, "The batch holds no transactions: it is a day without any."
    )  # fmt: skip


def test_the_day_is_that_of_the_timestamps_in_utc():
    early = transaction(1, timestamp="2026-11-22T05:00:00+09:00")
    assert delivered_day(batch(early, transaction(2), "no object", {"timestamp": 5})) == DAY


@pytest.mark.parametrize(
    ("transactions", "told"),
    [
        ([], "no timestamp says it"),
        ([transaction(1, timestamp="2026-11-21T09:30:00")], "no timestamp says it"),
        (
            [transaction(1), transaction(2), transaction(3, timestamp="2026-11-22T01:00:00Z")],
            r"of 2026-11-21 \(2\), 2026-11-22 \(1\)",
        ),
    ],
)
def test_where_no_one_day_is_said_it_has_to_be_named(transactions, told):
    with pytest.raises(InvalidParams, match=told) as refusal:
        delivered_day(batch(*transactions))
    assert "--date" in str(refusal.value)
