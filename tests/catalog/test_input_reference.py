"""Input reference: what the train rows hold, also of texts that a model is too small for."""

import polars as pl
import pytest

from catalog.input_reference import input_reference
from catalog.labelled_splits import read_labelled
from catalog.prepared_data import read_manifest, read_split
from fakes.data.payments import prepared_payments
from fakes.data.training import execution_of
from fakes.ports.object_store import FakeObjectStore
from fraud.monitoring.inputs.summary import InputReference
from pipeline.prepare import PrepareOutput


@pytest.fixture(scope="module")
def store() -> FakeObjectStore:
    return prepared_payments()


def reference_and_train(store: FakeObjectStore) -> tuple[InputReference, pl.DataFrame]:
    execution = execution_of(store)
    digest = execution.result("prepare", PrepareOutput).data_digest
    manifest = read_manifest(execution, digest)
    train = read_labelled(execution, manifest, "train")
    return input_reference(execution, manifest, train), read_split(execution, manifest, "train")


def test_every_column_of_the_model_is_counted_as_in_the_train_split(store):
    found, train = reference_and_train(store)
    kinds = {name: each.kind for name, each in found.columns.items()}
    assert kinds == {
        "customer_age_years": "number", "card_age_days": "number", "channel": "category",
        "country": "category", "amount": "amount", "seconds": "time",
    }  # fmt: skip
    for name, each in found.columns.items():
        assert (each.rows, each.missing) == (train.height, train[name].null_count())
    assert found.columns["amount"].range == (train["amount"].min(), train["amount"].max())
    counted = dict(train["channel"].drop_nulls().value_counts().iter_rows())
    assert {text: count for text, count in found.columns["channel"].texts.items() if count} == (
        counted
    )


def test_the_reference_of_equal_rows_is_equal_to_the_byte(store):
    assert reference_and_train(store)[0].to_json() == reference_and_train(store)[0].to_json()


def test_texts_beyond_those_that_a_model_knows_are_unknown_and_not_missing(store):
    execution = execution_of(store)
    manifest = read_manifest(execution, execution.result("prepare", PrepareOutput).data_digest)
    known = manifest.categories["country"][:2]
    cut = manifest.model_copy(update={"categories": {**manifest.categories, "country": known}})
    train = read_labelled(execution, cut, "train")
    texts = read_split(execution, manifest, "train")["country"]
    column = input_reference(execution, cut, train, most_categories=2).columns["country"]
    assert column.missing == texts.null_count() > 0
    assert column.unknown == (~texts.drop_nulls().is_in(known)).sum() > 0
