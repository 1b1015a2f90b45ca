"""Rejected transactions are kept whole with every reason, and too many of them end the stage."""

import json
from math import inf, nan

import numpy as np
import pytest

from fakes.data.scored_day import open_day
from fakes.ports.object_store import FakeObjectStore
from foundation.errors import InvalidData
from fraud.scoring.request_features import Problem
from fraud.scoring.requests import Incoming, SetAside
from pipeline.inference.rejected import reasons, rejected_json, require_enough_accepted


def aside(position: int, *rules: str, transaction: object = None) -> SetAside:
    problems = tuple(Problem(rule, f"{rule} is wrong") for rule in rules)
    return SetAside(position, problems, transaction)


def batch(good: int, *set_aside: SetAside) -> Incoming:
    numbers, texts = np.zeros(good), [f"t-{n}" for n in range(good)]
    return Incoming(texts, texts, numbers, numbers, texts, np.zeros((good, 1)), list(set_aside))


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
