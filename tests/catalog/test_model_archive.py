"""Model archive: what is loaded is the model that was stored, by digest and golden rows."""

import numpy as np
import pytest

from catalog.labelled_splits import read_development
from catalog.model_archive import GoldenRows, describe_model, golden_rows, load_model
from catalog.prepared_data import read_manifest
from fakes.data.rows_with_gaps import gappy_fitted, gappy_rows
from fakes.data.training import QUICK, SETTINGS, execution_of, prepared_store, trained
from fakes.ports.object_store import FakeObjectStore
from foundation import locations
from foundation.errors import DigestMismatch, InvalidData, NotFound
from foundation.stores.archives import pack, unpack
from fraud.explanation.importances import importances
from fraud.model.fraud_model import fit


@pytest.fixture(scope="module")
def before() -> FakeObjectStore:
    return prepared_store()


@pytest.fixture
def store(before: FakeObjectStore) -> FakeObjectStore:
    copy = FakeObjectStore()
    copy.objects = dict(before.objects)
    return copy


def test_a_model_whose_bytes_were_changed_is_not_loaded(store: FakeObjectStore) -> None:
    digest = trained(store).model_digest
    key = locations.model_archive_key(digest)
    files = unpack(store.read(SETTINGS.models_bucket, key))
    files["model.json"] += b" "
    store.write(SETTINGS.models_bucket, key, pack(files))
    with pytest.raises(DigestMismatch, match="It was not used; run train again"):
        load_model(execution_of(store), digest)


def test_a_model_that_is_gone_says_what_to_run(store: FakeObjectStore) -> None:
    with pytest.raises(NotFound, match=f"Model {'0' * 64} is gone.*Run train again"):
        load_model(execution_of(store), "0" * 64)


def test_golden_rows_recognise_another_model() -> None:
    golden = GoldenRows(rows=[[1.0], [2.0]], scores=[0.25, 0.5])
    golden.require_scores(np.array([0.25, 0.5 + 1e-12]), source="A close one")
    with pytest.raises(InvalidData, match=r"row 2 of 2 is now .*0\.6.* and was .*0\.5"):
        golden.require_scores(np.array([0.25, 0.6]), source="Another model")
    with pytest.raises(InvalidData, match="gave 1 scores for 2 golden rows"):
        golden.require_scores(np.array([0.25]), source="A short one")
    with pytest.raises(InvalidData, match=r"row 1 of 2 is now .*nan"):
        golden.require_scores(np.array([np.nan, 0.5]), source="A broken one")


def test_golden_rows_with_missing_values_survive_json() -> None:
    model, validation = gappy_fitted("logistic_regression"), gappy_rows(2)
    golden = golden_rows(model, validation, 30)
    written = golden.to_json()
    assert b"NaN" not in written
    assert b"null" in written
    read = GoldenRows.model_validate_json(written)
    assert np.isnan(read.matrix()).any()
    np.testing.assert_array_equal(read.matrix(), golden.matrix())
    read.require_scores(model.scores(read.matrix()), source="The same model")


def test_golden_rows_from_before_there_were_gaps_are_read() -> None:
    old = b'{"rows": [[1.5, 2.0], [3.0, 4.0]], "scores": [0.25, 0.5]}'
    assert GoldenRows.model_validate_json(old).matrix().tolist() == [[1.5, 2.0], [3.0, 4.0]]


def test_a_model_is_described_without_being_loaded(store: FakeObjectStore) -> None:
    digest = trained(store).model_digest
    described = describe_model(execution_of(store), digest)
    assert described.columns.is_plain
    assert list(described.columns.names) == described.metadata.columns


def test_the_column_that_decides_is_the_most_important(store: FakeObjectStore) -> None:
    output = trained(store)
    assert set(output.importances) == {*(f"V{n}" for n in range(1, 29)), "Amount", "Time"}
    assert max(output.importances, key=output.importances.__getitem__) == "V1"
    run = execution_of(store)
    development = read_development(run, read_manifest(run, output.data_digest))
    train, validation = development.train, development.validation
    stopped = fit(QUICK.algorithm, QUICK.hyperparameters, train, validation, seed=QUICK.seed)
    assert importances(stopped, validation, seed=42) == output.importances
