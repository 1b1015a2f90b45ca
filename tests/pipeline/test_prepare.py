"""Prepare: a raw file becomes splits with digests, or is refused and nothing is written."""

import json

import polars as pl

from catalog.prepared_data import data_spec, read_manifest
from fakes.data.raw_csv import (
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
)
from fakes.ports.object_store import FakeObjectStore
from foundation.errors import NotFound
from foundation.executions import finished_output
from foundation.settings import project_root
from pipeline.prepare import PrepareOutput, PrepareParams

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


def test_the_output_traces_every_file_to_the_raw_one():
    store = stored(raw_lines())
    output = prepared(store)
    record = finished_output("run-1", "prepare", store, SETTINGS)
    assert record is not None
    assert PrepareOutput.model_validate(record.result) == output
    assert set(record.inputs) == {f"s3://{BUCKET}/{RAW}"}
    folder = f"s3://{BUCKET}/prepared/{output.data_digest}/"
    files = [
        "leakage.json", "manifest.json", "plausibility.json", "test.parquet", "train.parquet",
        "validation.parquet",
    ]  # fmt: skip
    assert sorted(record.outputs) == [folder + file for file in files]


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
    assert (leak.verdict, max(leak.figures, key=leak.figures.__getitem__)) == ("warn", "V9")
    report = json.loads(store.objects[BUCKET, f"prepared/{output.data_digest}/leakage.json"])
    assert report == [finding.model_dump() for finding in output.leakage]
    assert ("single columns", "warn") in output.leakage_table().select("check", "verdict").rows()


def test_the_output_has_what_was_found_of_plausibility():
    store = stored(raw_lines())
    output = prepared(store)
    report = json.loads(store.objects[BUCKET, f"prepared/{output.data_digest}/plausibility.json"])
    assert report == output.plausibility.model_dump(mode="json")
    assert output.plausibility.verdict() == "None of 8 checks of plausibility has a doubt."


def test_outputs_from_before_plausibility_was_checked_are_read():
    record = prepared(stored(raw_lines())).model_dump(mode="json")
    del record["plausibility"]
    assert PrepareOutput.model_validate(record).plausibility.findings == ()


# Where the file comes from


def test_a_simulated_file_needs_no_digest_and_says_so_everywhere():
    store = stored(raw_lines())
    store.write(BUCKET, f"{RAW}.origin.json", b'{"simulated": true, "source": "seed 7"}')
    output = prepared(store, DEMANDING)
    assert output.simulated
    manifest = read_manifest(execution(store, "reader"), output.data_digest)
    assert (manifest.simulated, manifest.origin) == (True, "seed 7")


def test_a_missing_file_says_how_to_get_it():
    message = refusal(FakeObjectStore(), kind=NotFound)
    assert message.startswith(
        "There is no raw data at s3://fraud-detection-data/raw/creditcard.csv"
    )
    assert "ceap data fetch" in message


def test_the_yaml_of_the_stage_is_its_defaults():
    path = project_root() / "params" / "training" / "prepare.yaml"
    assert PrepareParams.from_yaml(path) == PrepareParams()
