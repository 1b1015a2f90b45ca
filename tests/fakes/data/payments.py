"""Payments in a fake store: a small described data set on the road to production."""

import polars as pl

from catalog.model_archive import load_model
from fakes.data.training import SETTINGS, execution_of
from fakes.ports.endpoints import FakeEndpoints
from fakes.ports.object_store import FakeObjectStore
from fraud.scoring.model_columns import ModelColumns
from fraud.simulation.payments import HEADER, csv_text, payments_like
from pipeline.prepare import PrepareParams, prepare

ROWS, SEED = 4000, 4  # of which each split has some frauds


def prepared_payments() -> FakeObjectStore:
    """A store in which `prepare` of run-1 has finished, split in order of time.

    Every tenth age is missing: a world this small has hardly a customer without one.
    """
    age, row = pl.col("customer_age_years"), pl.int_range(pl.len())
    table = payments_like(ROWS, seed=SEED).with_columns(pl.when(row % 10 > 0).then(age))
    store = FakeObjectStore()
    text = HEADER + csv_text(table)
    store.write(SETTINGS.data_bucket, "raw/payments.csv", text.encode())
    params = PrepareParams(data="payments", method="time", minimum_rows=100)
    prepare(execution_of(store), params)
    return store


def endpoints_of(store: FakeObjectStore, digest: str) -> FakeEndpoints:
    """Endpoints that read and score what the container of model `digest` does."""
    model = load_model(execution_of(store, "endpoint"), digest).model
    return FakeEndpoints(lambda digest: model.scores, columns=ModelColumns.of(model))
