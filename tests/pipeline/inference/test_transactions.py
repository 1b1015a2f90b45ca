"""Transactions: a day is kept as it was scored, row by row, with what the model does not know."""

import numpy as np
import polars as pl
import pytest

from fakes.data.scored_day import DAY, NOW, open_day
from fakes.ports.object_store import FakeObjectStore
from foundation.errors import NotFound
from fraud.data.roles import Roles
from fraud.scoring.model_columns import ModelColumns
from fraud.scoring.requests import Incoming, check_transactions
from pipeline.inference.scored import read_entities, scored_table
from pipeline.inference.transactions import (
    read_transactions,
    transactions_table,
    write_transactions,
)

# Names that are also fields of a transaction.
COLUMNS = ModelColumns(
    ("id", "age", "amount", "total", "time"),
    {"amount": ("web", "app")},
    frozenset({"age"}),
    Roles("total", "time"),
)


def incoming() -> Incoming:
    features = [
        {"id": 0.1 + 0.2, "age": 41, "amount": "web"},
        {"id": -1e-300, "age": None, "amount": "pigeon"},
        {"id": 3.0},
    ]
    batch = [
        {"id": f"t-{number}", "timestamp": f"{DAY}T09:30:00Z", "amount": 9.5, "category": "card",
         "features": each, "entities": {"customer": f"C-{number}"}}
        for number, each in enumerate(features)
    ]  # fmt: skip
    return check_transactions(batch, range(3), COLUMNS)


def table() -> pl.DataFrame:
    batch = incoming()
    scored = scored_table(batch, np.array([0.1, 0.2, 0.3]), NOW)
    return transactions_table(batch, scored, COLUMNS, model_digest="a" * 64)


def test_features_are_kept_to_the_last_bit_with_unknown_texts_and_gaps():
    assert table()["features"].to_list() == [
        {"id": 0.1 + 0.2, "age": 41.0, "amount": "web"},
        {"id": -1e-300, "age": None, "amount": "pigeon"},
        {"id": 3.0, "age": None, "amount": None},
    ]


def test_entities_are_kept_beside_them():
    assert read_entities(table()) == [{"customer": f"C-{number}"} for number in range(3)]


def test_the_file_of_the_day_says_which_execution_and_which_model_made_it():
    objects = FakeObjectStore()
    write_transactions(open_day(objects), table())
    found = read_transactions(open_day(objects, execution_id="later"))
    assert found.drop("execution_id").equals(table())
    assert found["execution_id"].unique().to_list() == ["2026-11-21-a"]
    assert found["model_digest"].unique().to_list() == ["a" * 64]


def test_a_repeat_replaces_the_day_whole():
    objects = FakeObjectStore()
    write_transactions(open_day(objects), table())
    write_transactions(open_day(objects, execution_id="again"), table().head(1))
    found = read_transactions(open_day(objects))
    assert found["execution_id"].to_list() == ["again"]


def test_a_day_that_was_not_scored_has_no_transactions():
    with pytest.raises(NotFound):
        read_transactions(open_day(FakeObjectStore()))
