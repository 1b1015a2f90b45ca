"""Prepare: a raw file becomes splits that prove what they are, or a message and nothing else."""

import json

import polars as pl
import pytest

from catalog.prepared_data import data_spec, read_manifest, read_split
from catalog.raw_data import simulate_raw
from fakes.object_store import FakeObjectStore
from fakes.raw_csv import (
    BUCKET,
    DEMANDING,
    HEADER,
    RAW,
    ROWS,
    SETTINGS,
    SMALL,
    execution,
    prepared,
    raw_lines,
    refusal,
    splits_of,
    stored,
    with_cell,
)
from fakes.transfer_progress import FakeProgress
from foundation import locations
from foundation.digests import digest_of_bytes
from foundation.errors import DigestMismatch, InvalidParams, NotFound
from foundation.executions import finished_output
from foundation.settings import project_root
from pipeline.prepare import PrepareOutput, PrepareParams, prepare

SPEC = data_spec("creditcard")


# What it leaves


def test_every_row_of_the_raw_file_is_in_one_split_with_its_values_unchanged():
    store = stored(raw_lines())
    splits = splits_of(store, prepared(store))
    together = pl.concat(splits.values())
    plain = "\n".join(raw_lines()).replace('"', "").encode()
    expected = pl.read_csv(plain, schema_overrides=dict.fromkeys(HEADER[:-1], pl.Float64))
    expected = expected.select(*SPEC.model_columns, pl.col("Class").cast(pl.Int8))
    assert together.sort(HEADER).equals(expected.sort(HEADER))
    assert together["Time"].max() == 100_000


def test_splits_have_their_shares_and_their_frauds():
    assert prepared(stored(raw_lines())).split_table().rows() == [
        ("train", 280, 28, 0.1),
        ("validation", 60, 6, 0.1),
        ("test", 60, 6, 0.1),
    ]


def test_equal_rows_are_in_one_split_and_counted():
    store = stored(raw_lines())
    output = prepared(store)
    assert output.duplicates == 3
    splits = splits_of(store, output)
    per_split = [split.unique().height for split in splits.values()]
    assert sum(per_split) == pl.concat(splits.values()).unique().height == ROWS - 3
    manifest = read_manifest(execution(store, "reader"), output.data_digest)
    assert (manifest.duplicate_rows, manifest.duplicate_frauds) == (3, 1)


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


def test_the_output_traces_every_file_to_the_raw_one():
    store = stored(raw_lines())
    output = prepared(store)
    record = finished_output("run-1", "prepare", store, SETTINGS)
    assert record is not None
    assert PrepareOutput.model_validate(record.result) == output
    assert set(record.inputs) == {f"s3://{BUCKET}/{RAW}"}
    folder = f"s3://{BUCKET}/prepared/{output.data_digest}/"
    files = ["leakage.json", "manifest.json", "test.parquet", "train.parquet", "validation.parquet"]
    assert sorted(record.outputs) == [folder + file for file in files]


def test_the_same_file_gives_the_same_place_and_the_same_bytes():
    first, second = stored(raw_lines()), stored(raw_lines())
    outputs = [prepared(first), prepare(execution(second, "run-2"), SMALL)]
    assert outputs[0] == outputs[1]
    folder = f"prepared/{outputs[0].data_digest}/"
    assert {k: v for k, v in first.objects.items() if k[1].startswith(folder)} == {
        k: v for k, v in second.objects.items() if k[1].startswith(folder)
    }


def test_another_seed_or_another_file_gives_another_place():
    digests = {
        prepared(stored(raw_lines())).data_digest,
        prepared(stored(raw_lines()), SMALL.model_copy(update={"seed": 1})).data_digest,
        prepared(stored(with_cell(9, "V3", "0.125"))).data_digest,
    }
    assert len(digests) == 3


def test_a_file_from_windows_in_another_order_gives_the_same_rows():
    lines = [",".join(reversed(runner.split(","))) for runner in raw_lines()]
    text = b"\xef\xbb\xbf" + "\r\n".join(lines).encode() + b"\r\n\r\n\n"
    store, usual = stored(text), stored(raw_lines())
    for name, split in splits_of(store, prepared(store)).items():
        assert split.equals(splits_of(usual, prepared(usual))[name])


def test_a_last_row_without_a_line_end_is_a_row():
    assert sum(prepared(stored("\n".join(raw_lines()))).rows.values()) == ROWS


def test_splits_by_time_follow_one_another():
    store = stored(raw_lines())
    output = prepared(store, SMALL.model_copy(update={"method": "time"}))
    splits = splits_of(store, output)
    assert splits["train"]["Time"].max() < splits["validation"]["Time"].min()
    assert splits["validation"]["Time"].max() < splits["test"]["Time"].min()
    assert {finding.check: finding.verdict for finding in output.leakage}["time"] == "ok"


def test_a_planted_leak_is_in_the_report():
    lines = raw_lines()
    for row in range(1, ROWS + 1):
        cells = lines[row].split(",")
        cells[HEADER.index("V9")] = "3.5" if cells[-1] == '"1"' else f"0.{row}"
        lines[row] = ",".join(cells)
    store = stored(lines)
    output = prepared(store)
    leak = next(finding for finding in output.leakage if finding.check == "single columns")
    assert (leak.verdict, list(leak.figures)) == ("warn", ["V9"])
    report = json.loads(store.objects[BUCKET, f"prepared/{output.data_digest}/leakage.json"])
    assert report == [finding.model_dump() for finding in output.leakage]
    assert ("single columns", "warn") in output.leakage_table().select("check", "verdict").rows()


# Where the file comes from


def test_a_simulated_file_needs_no_digest_and_says_so_everywhere():
    store = stored(raw_lines())
    store.write(BUCKET, f"{RAW}.origin.json", b'{"simulated": true, "source": "seed 7"}')
    output = prepared(store, DEMANDING)
    assert output.simulated
    manifest = read_manifest(execution(store, "reader"), output.data_digest)
    assert (manifest.simulated, manifest.origin) == (True, "seed 7")


@pytest.mark.parametrize("origin", [None, b'{"simulated": false, "source": "kaggle"}'])
def test_a_file_with_the_wrong_digest_is_refused(origin):
    store = stored(raw_lines())
    if origin:
        store.write(BUCKET, f"{RAW}.origin.json", origin)
    message = refusal(store, DEMANDING, DigestMismatch)
    assert f"its sha256 is {digest_of_bytes(store.objects[BUCKET, RAW])}" in message
    assert f"expected {SPEC.sha256}" in message
    assert "ceap data fetch" in message
    assert "require_digest: false" in message


def test_a_file_that_its_origin_names_is_prepared_and_its_source_is_kept():
    store = stored(raw_lines())
    digest = digest_of_bytes(store.objects[BUCKET, RAW])
    origin = json.dumps({"source": "cards.csv (other data)", "sha256": digest})
    store.write(BUCKET, f"{RAW}.origin.json", origin.encode())
    output = prepared(store, DEMANDING)
    manifest = read_manifest(execution(store, "reader"), output.data_digest)
    assert (manifest.simulated, manifest.origin) == (False, "cards.csv (other data)")


def test_a_file_other_than_its_origin_names_is_refused_even_when_simulated():
    store = stored(raw_lines())
    origin = json.dumps({"simulated": True, "sha256": "0" * 64})
    store.write(BUCKET, f"{RAW}.origin.json", origin.encode())
    assert f"expected {'0' * 64}" in refusal(store, kind=DigestMismatch, params=DEMANDING)


def test_a_source_of_the_users_own_is_read_in_place_of_the_raw_file():
    store = FakeObjectStore()
    store.write("mine", "cards/2026.csv", "\n".join(raw_lines()).encode())
    output = prepared(store, SMALL.model_copy(update={"source": "s3://mine/cards/2026.csv"}))
    assert sum(output.rows.values()) == ROWS


@pytest.mark.parametrize("source", ["creditcard.csv", "s3://", "s3://bucket", "http://a/b"])
def test_a_source_that_is_no_object_is_refused(source):
    with pytest.raises(InvalidParams, match=r"s3://bucket/folder/file\.csv"):
        PrepareParams.checked({"source": source}, source="prepare.yaml")


def test_an_origin_that_cannot_be_read_is_refused():
    store = stored(raw_lines())
    store.write(BUCKET, f"{RAW}.origin.json", b'{"simulatd": true}')
    assert "creditcard.csv.origin.json should say where" in refusal(store)


def test_an_unknown_data_set_is_refused_with_the_nearest_name():
    store = stored(raw_lines())
    params = SMALL.model_copy(update={"data": "creditcrad"})
    assert "did you mean creditcard?" in refusal(store, params, InvalidParams)


def test_a_missing_file_says_how_to_get_it():
    message = refusal(FakeObjectStore(), kind=NotFound)
    assert message.startswith(
        "There is no raw data at s3://fraud-detection-data/raw/creditcard.csv"
    )
    assert "ceap data fetch" in message


def test_missing_payments_say_that_they_are_simulated():
    params = PrepareParams(data="payments")
    assert "`ceap data simulate --data payments`" in refusal(FakeObjectStore(), params, NotFound)


def test_simulated_payments_are_prepared_by_their_description(tmp_path):
    made = simulate_raw(
        tmp_path / "p.csv", rows=20_000, seed=1, progress=FakeProgress(), data="payments"
    )
    store = FakeObjectStore()
    store.write(BUCKET, "raw/payments.csv", made.path.read_bytes())
    store.write(BUCKET, "raw/payments.csv.origin.json", made.origin.to_json())
    output = prepared(store, PrepareParams(data="payments", method="time"))
    assert (sum(output.rows.values()), output.simulated) == (20_000, True)
    assert {finding.check: finding.verdict for finding in output.leakage}["single columns"] == "ok"
    train = splits_of(store, output)["train"]
    assert train.columns[:4] == ["customer_age_years", "card_age_days", "channel", "country"]
    assert 0 < train["customer_age_years"].null_count() < train.height / 2


# Reading back


def test_a_split_that_was_changed_is_not_read():
    store = stored(raw_lines())
    output = prepared(store)
    reader = execution(store, "reader")
    manifest = read_manifest(reader, output.data_digest)
    store.write(BUCKET, locations.split_key(output.data_digest, "test"), b"something else")
    with pytest.raises(DigestMismatch, match="Run prepare again"):
        read_split(reader, manifest, "test")


def test_the_yaml_of_the_stage_is_its_defaults():
    path = project_root() / "params" / "training" / "prepare.yaml"
    assert PrepareParams.from_yaml(path) == PrepareParams()
