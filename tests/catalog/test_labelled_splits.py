"""Labelled splits: categories are codes, gaps are NaN, and the past is that of all splits."""

import numpy as np
import pytest

from catalog.labelled_splits import read_development, read_labelled
from catalog.prepared_data import read_split
from fakes.data.described_csv import described_rows, described_text, prepared_shop
from fakes.data.raw_csv import SETTINGS
from fakes.ports.object_store import FakeObjectStore
from foundation.errors import DigestMismatch, InvalidParams
from foundation.locations import SPLITS, split_key
from fraud.features.history import DelayedRisk, SpendingWindows, history_columns

HISTORY = (SpendingWindows(days=(1,)), DelayedRisk(days=(1, 2), delay_days=1))
TEXT = described_text(described_rows())


@pytest.fixture(scope="module")
def shop():
    reader, manifest, _, _ = prepared_shop(TEXT, method="time")
    return reader, manifest


@pytest.mark.parametrize("name", SPLITS)
def test_a_code_stands_for_the_text_at_its_place_and_nan_for_any_other(shop, name):
    reader, manifest = shop
    manifest = manifest.model_copy(update={"categories": {"channel": ["online", "chip"],
                                                          "country": []}})  # fmt: skip
    rows = read_labelled(reader, manifest, name)
    texts = read_split(reader, manifest, name)["channel"].to_list()
    codes = rows.rows[:, rows.columns.index("channel")]
    expected = [{"online": 0.0, "chip": 1.0}.get(text, np.nan) for text in texts]
    np.testing.assert_array_equal(codes, expected)
    assert np.isnan(rows.rows[:, rows.columns.index("country")]).all()
    assert rows.categories == {"channel": ("online", "chip"), "country": ()}


def test_a_missing_number_is_nan_and_its_column_may_miss_them(shop):
    rows = read_labelled(*shop, "train")
    ages = read_split(*shop, "train")["age"].to_list()
    known = [np.nan if age is None else age for age in ages]
    np.testing.assert_array_equal(rows.rows[:, 0], known)
    assert rows.may_miss == {"age"}
    assert rows.columns == tuple(shop[1].columns)


def test_numbers_and_labels_are_those_that_were_prepared(shop):
    table, rows = read_split(*shop, "test"), read_labelled(*shop, "test")
    assert rows.labels.tolist() == table["fraud"].to_list()
    np.testing.assert_array_equal(rows.amounts, table["amount"])
    np.testing.assert_array_equal(rows.times, table["seconds"])


# History


def test_the_past_stands_before_the_amount_and_nothing_else_changes(shop):
    plain, rows = read_labelled(*shop, "train"), read_labelled(*shop, "train", HISTORY)
    added = [name for step in HISTORY for name in step.columns()]
    assert rows.columns == (*plain.columns[:-2], *added, *plain.columns[-2:])
    assert (rows.categories, rows.may_miss) == (plain.categories, plain.may_miss)
    kept = [name not in added for name in rows.columns]
    np.testing.assert_array_equal(rows.rows[:, kept], plain.rows)
    np.testing.assert_array_equal(rows.labels, plain.labels)


@pytest.mark.parametrize("method", ["time", "stratified"])
def test_the_past_of_a_row_is_that_of_the_whole_file_whatever_split_it_is_in(method):
    reader, manifest, _, _ = prepared_shop(TEXT, method=method)
    expected = past_of_the_file()
    for name in SPLITS:
        rows = read_labelled(reader, manifest, name, HISTORY)
        ids = read_split(reader, manifest, name)["payment"]
        places = [int(payment.removeprefix("p")) for payment in ids]
        for column, values in expected.items():
            found = rows.rows[:, rows.columns.index(column)]
            np.testing.assert_array_equal(found, values[places])


def past_of_the_file() -> dict[str, np.ndarray]:
    rows = described_rows()
    told = {
        "times": np.array([float(row["seconds"]) for row in rows]),
        "amounts": np.array([float(row["amount"]) for row in rows]),
        "labels": np.array([int(row["fraud"]) for row in rows], dtype=np.int8),
    }
    spending, risk = HISTORY
    return history_columns(
        spending, keys=[row["customer_id"] for row in rows], **told
    ) | history_columns(risk, keys=[row["till"] for row in rows], **told)


def test_development_is_train_and_validation_as_they_are_read_one_by_one(shop):
    reader, manifest = shop
    development = read_development(reader, manifest, HISTORY)
    assert development.manifest is manifest
    for name in ("train", "validation"):
        alone, rows = read_labelled(reader, manifest, name, HISTORY), getattr(development, name)
        np.testing.assert_array_equal(rows.rows, alone.rows)
        np.testing.assert_array_equal(rows.labels, alone.labels)
        assert rows.columns == alone.columns


def test_development_without_history_leaves_the_test_split_alone():
    store = FakeObjectStore()
    reader, manifest, _, _ = prepared_shop(TEXT, store=store)
    store.objects[SETTINGS.data_bucket, split_key(manifest.data_digest, "test")] = b"something else"
    assert len(read_development(reader, manifest).train.labels) == 280
    with pytest.raises(DigestMismatch):
        read_development(reader, manifest, HISTORY)


def test_the_past_of_an_entity_that_the_data_does_not_name_is_refused(shop):
    with pytest.raises(InvalidParams) as refusal:
        read_labelled(*shop, "train", [SpendingWindows(entity="card")])
    assert "The data set shop has 1 problem" in str(refusal.value)
    assert "it names no entity card (it has customer, terminal)" in str(refusal.value)


def test_a_column_that_would_be_there_twice_is_refused(shop):
    with pytest.raises(InvalidParams, match="customer_count_1d"):
        read_development(*shop, [SpendingWindows(days=(1,)), SpendingWindows(days=(1, 7))])
