"""Prepared data is read as it was written, or not at all."""

import pytest

from catalog.prepared_data import read_manifest, read_split
from fakes.data.raw_csv import (
    BUCKET,
    RAW,
    SMALL,
    execution,
    prepared,
    raw_lines,
    refusal,
    splits_of,
    stored,
)
from foundation import locations
from foundation.digests import digest_of_bytes
from foundation.errors import DigestMismatch, InvalidParams


def test_the_manifest_names_the_digest_and_the_contents_of_each_file():
    store = stored(raw_lines())
    output = prepared(store)
    manifest = read_manifest(execution(store, "reader"), output.data_digest)
    for name, table in splits_of(store, output).items():
        file = manifest.splits[name]
        data = store.objects[BUCKET, locations.split_key(output.data_digest, name)]
        assert (file.sha256, file.bytes) == (digest_of_bytes(data), len(data))
        assert (file.rows, file.frauds) == (table.height, table["Class"].sum())
        assert (file.first_time, file.last_time) == (table["Time"].min(), table["Time"].max())
        assert table.columns == [*manifest.columns, manifest.label]
    assert manifest.raw_sha256 == digest_of_bytes(store.objects[BUCKET, RAW])
    assert manifest.columns[-2:] == [manifest.amount, manifest.time]


def test_an_unknown_data_set_is_refused_with_the_nearest_name():
    store = stored(raw_lines())
    params = SMALL.model_copy(update={"data": "creditcrad"})
    assert "did you mean creditcard?" in refusal(store, params, InvalidParams)


def test_a_split_that_was_changed_is_not_read():
    store = stored(raw_lines())
    output = prepared(store)
    reader = execution(store, "reader")
    manifest = read_manifest(reader, output.data_digest)
    store.write(BUCKET, locations.split_key(output.data_digest, "test"), b"something else")
    with pytest.raises(DigestMismatch, match="Run prepare again"):
        read_split(reader, manifest, "test")
