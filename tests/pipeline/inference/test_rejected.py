"""Rejected transactions are kept whole with every reason, and too many of them end the stage."""

import json
from math import inf, nan

import numpy as np
import pytest

from fakes.data.labelled_rows import ROLES
from fakes.data.scored_day import DAY, open_day
from fakes.ports.object_store import FakeObjectStore
from foundation.errors import InvalidData
from fraud.scoring.day_window import DayWindow
from fraud.scoring.model_columns import ModelColumns
from fraud.scoring.requests import OTHER_DAY, BatchLaws, Incoming, SetAside
from fraud.scoring.transaction_fields import Problem
from pipeline.inference.rejected import (
    other_days,
    reasons,
    rejected_json,
    require_enough_accepted,
    require_own_day,
)


def aside(position: int, *rules: str, transaction: object = None) -> SetAside:
    problems = tuple(Problem(rule, f"{rule} is wrong") for rule in rules)
    return SetAside(position, problems, transaction)


def batch(good: int, *set_aside: SetAside) -> Incoming:
    numbers, texts = np.zeros(good), [f"t-{n}" for n in range(good)]
    return Incoming(
        texts, texts, numbers, numbers, texts, np.zeros((good, 1)), list(set_aside), ROLES
    )


def test_reasons_are_counted_by_transaction_the_most_frequent_first():
    counted = reasons([aside(1, "b", "b"), aside(2, "a"), aside(3, "c", "b"), aside(4, "c")])
    assert list(counted.items()) == [("b", 2), ("c", 2), ("a", 1)]


def test_numbers_that_json_lacks_are_kept_as_text():
    transaction = {"amount": nan, "features": [inf, {"V1": 1.5}]}
    (kept,) = json.loads(rejected_json([aside(7, "amount", transaction=transaction)]))
    assert kept == {
        "position": 7,
        "reasons": [{"rule": "amount", "detail": "amount is wrong"}],
        "transaction": {"amount": "nan", "features": ["inf", {"V1": 1.5}]},
    }


def test_a_share_at_the_limit_is_accepted_and_none_above_it():
    execution = open_day(FakeObjectStore())
    require_enough_accepted(batch(3, aside(1, "id")), 0.25, execution)
    with pytest.raises(InvalidData, match=r"1 of 4 .*25\.0%.*id 1.*score/rejected\.json"):
        require_enough_accepted(batch(3, aside(1, "id")), 0.24, execution)


def test_a_batch_without_one_good_transaction_is_never_accepted():
    with pytest.raises(InvalidData, match="Nothing was scored"):
        require_enough_accepted(batch(0, aside(1, "id")), 1.0, open_day(FakeObjectStore()))


def of_day(position: int, stamp: str) -> SetAside:
    return aside(position, OTHER_DAY, transaction={"timestamp": f"{stamp}T09:30:00Z"})


def require_of_today(incoming: Incoming) -> None:
    laws = BatchLaws(ModelColumns(("V1", "Amount", "Time"), roles=ROLES), DayWindow(DAY, 2))
    require_own_day(incoming, laws, open_day(FakeObjectStore()))


def test_a_batch_without_transactions_is_accepted():
    require_of_today(batch(0))
    require_enough_accepted(batch(0), 0.0, open_day(FakeObjectStore()))


def test_half_a_batch_of_another_day_is_still_of_this_one():
    require_of_today(batch(2, of_day(3, "2024-01-01"), of_day(4, "2024-01-01")))


def test_a_batch_most_of_which_is_of_other_days_is_refused_with_the_days():
    strangers = [of_day(n, "2024-01-01") for n in range(4)] + [of_day(9, "2026-11-23")]
    with pytest.raises(InvalidData) as refusal:
        require_of_today(batch(2, *strangers, aside(10, "id")))
    for told in (
        "The batch of 2026-11-21 is of another day: 5 of its 8 transactions are not of 2026-11-21 "
        "in UTC, give or take 2 hours, but of 2024-01-01 (4), 2026-11-23 (1).",
        "score/rejected.json", "Nothing was scored", "ceap data deliver FILE",
    ):  # fmt: skip
        assert told in str(refusal.value)


def test_other_days_are_counted_in_utc():
    late = aside(1, OTHER_DAY, transaction={"timestamp": "2024-01-02T03:00:00+09:00"})
    counted = other_days([late, of_day(2, "2024-01-01"), aside(3, "id")])
    assert {str(day): count for day, count in counted.items()} == {"2024-01-01": 2}
