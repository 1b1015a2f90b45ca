"""Plausibility of raw files: a file that is not as it is described is stopped, or doubted aloud."""

import json
from io import BytesIO

import polars as pl
import pytest

from catalog.plausibility import raw_plausibility
from catalog.preparation import Preparation, find_or_prepare, prepare_data
from catalog.prepared_data import PLAUSIBILITY, read_plausibility
from catalog.raw_file import ReadOptions, read_raw
from fakes.data.described_csv import (
    ROWS,
    SPEC,
    described_rows,
    described_text,
    prepared_shop,
    with_cells,
)
from fakes.data.raw_csv import BUCKET, execution, raw_lines
from fakes.ports.object_store import FakeObjectStore
from foundation.digests import digest_of_bytes
from foundation.errors import InvalidData
from fraud.data.spec import DataSpec

START = 1_764_547_200  # 2025-12-01
MILLISECONDS = {row: str((START + row * 1_800) * 1_000) for row in range(ROWS)}
SWAPPED = {row: str(int(row % 10 != 0)) for row in range(ROWS)}
NOTES = {row: f"note {row}" for row in range(ROWS)}


def report_of(text: bytes, spec: DataSpec = SPEC, **wanted):
    reader, manifest, _, files = prepared_shop(text, spec, **wanted)
    report = read_plausibility(reader, manifest.data_digest)
    assert json.loads(files[PLAUSIBILITY]) == report.model_dump(mode="json")
    return report


def verdicts(report) -> dict[str, str]:
    return {finding.check: finding.verdict for finding in report.findings}


def test_a_table_that_is_as_described_has_no_doubt():
    report = report_of(described_text(described_rows()))
    assert set(verdicts(report).values()) == {"ok"}
    assert list(verdicts(report))[-5:] == [
        "identifier payment", "entity customer_id", "entity till", "category channel",
        "category country",
    ]  # fmt: skip


def test_times_in_another_unit_stop_the_preparation_and_every_doubt_is_listed():
    rows = [
        {**cells, "seconds": MILLISECONDS[row], "fraud": SWAPPED[row], "channel": NOTES[row]}
        for row, cells in enumerate(described_rows())
    ]
    store = FakeObjectStore()
    with pytest.raises(InvalidData) as refusal:
        prepared_shop(described_text(rows), store=store)
    message = str(refusal.value)
    assert message.startswith("shop.csv holds what params/data/shop.yaml does not describe:\n  - ")
    assert "\n  - impossible, time unit: seconds is mostly 1,764,5" in message
    assert "Write time_unit: ms, time_since: 1970-01-01\n  - doubtful, label: " in message
    assert "\n  - doubtful, category channel: " in message
    assert message.endswith(
        "Nothing was prepared. Correct the description, or the file. To go on with the values as "
        "they are: if_impossible: warn."
    )
    assert store.objects == {}


def test_the_description_that_the_message_asks_for_is_taken():
    written = {"time_unit": "ms", "time_since": "1970-01-01"}
    spec = DataSpec.model_validate(SPEC.model_dump() | written)
    report = report_of(with_cells("seconds", MILLISECONDS), spec)
    assert verdicts(report)["time unit"] == "ok"
    assert verdicts(report)["dates"] == "ok"


def test_a_person_may_go_on_with_what_is_impossible():
    report = report_of(with_cells("seconds", MILLISECONDS), if_impossible="warn")
    assert [finding.check for finding in report.impossible] == ["time unit"]


def test_doubts_warn_unless_they_are_to_stop():
    text = with_cells("fraud", SWAPPED)
    assert [finding.check for finding in report_of(text).doubtful] == ["label"]
    with pytest.raises(InvalidData, match="go on with the values as they are: if_doubtful: warn"):
        prepared_shop(text, if_doubtful="stop")


def test_both_reactions_that_stop_are_named():
    rows = [
        {**cells, "seconds": MILLISECONDS[row], "fraud": SWAPPED[row]}
        for row, cells in enumerate(described_rows())
    ]
    with pytest.raises(InvalidData, match=r"if_impossible: warn, if_doubtful: warn\."):
        prepared_shop(described_text(rows), if_doubtful="stop")


def test_identifiers_that_were_set_aside_are_counted():
    text = with_cells("payment", {9: "p2", 30: "p1"})
    report = report_of(text, bad_rows="quarantine")
    (doubt,) = report.doubtful
    assert (doubt.check, "in 2 of 400 rows" in doubt.sentence) == ("identifier payment", True)


def test_a_description_of_nothing_but_features_has_its_label_checked():
    spec = DataSpec(name="shop", raw="shop.csv", label="fraud", features=["visits"], ignore="rest")
    assert list(verdicts(report_of(described_text(described_rows()), spec))) == ["label"]


def test_blocks_on_disk_are_checked_as_blocks_in_memory(tmp_path):
    raw = tmp_path / SPEC.raw
    raw.write_bytes(with_cells("channel", NOTES))
    now, reports = execution(FakeObjectStore()).now(), []
    for kept_bytes in (0, 350_000_000):
        read = read_raw(raw, SPEC, tmp_path, ReadOptions(kept_bytes=kept_bytes))
        reports.append(raw_plausibility(read, repeated_ids=0, now=now))
    assert reports[0] == reports[1]
    assert [finding.check for finding in reports[0].doubtful] == ["category channel"]


def test_dates_of_a_parquet_file_have_a_calendar():
    table = pl.read_csv(described_text(described_rows()), infer_schema=False)
    moments = pl.from_epoch(pl.col("seconds").cast(pl.Int64) + START)
    buffer = BytesIO()
    table.with_columns(seconds=moments).write_parquet(buffer)
    _, manifest, _, files = prepared_shop(buffer.getvalue())
    assert str(manifest.time_since) == "1970-01-01"
    found = {each["check"]: each for each in json.loads(files[PLAUSIBILITY])["findings"]}
    assert found["dates"]["sentence"] == "seconds is from 2025-12-01 to 2025-12-09."


# What is prepared already

CHOSEN = {"minimum_rows": 100, "require_digest": False}


def stored(lines: list[str]) -> FakeObjectStore:
    store, text = FakeObjectStore(), ("\n".join(lines) + "\n").encode()
    origin = json.dumps({"simulated": True, "sha256": digest_of_bytes(text)})
    store.write(BUCKET, "raw/creditcard.csv", text)
    store.write(BUCKET, "raw/creditcard.csv.origin.json", origin.encode())
    return store


def test_data_that_were_prepared_before_plausibility_was_checked_are_prepared_again():
    store = stored(raw_lines())
    digest = prepare_data(execution(store), Preparation(**CHOSEN)).manifest.data_digest
    key = f"prepared/{digest}/{PLAUSIBILITY}"
    report = store.objects.pop((BUCKET, key))
    assert find_or_prepare(execution(store), Preparation(**CHOSEN)).data_digest == digest
    assert store.objects[BUCKET, key] == report


def test_what_was_prepared_with_a_warning_is_stopped_where_it_is_not_wanted():
    lines = raw_lines()
    lines[1:] = [f"{START + row},{line.partition(',')[2]}" for row, line in enumerate(lines[1:])]
    store = stored(lines)
    find_or_prepare(execution(store), Preparation(**CHOSEN, if_impossible="warn"))
    with pytest.raises(InvalidData, match="time_unit: s, time_since: 1970-01-01"):
        find_or_prepare(execution(store), Preparation(**CHOSEN))
