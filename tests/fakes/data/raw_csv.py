"""Raw files like the reference, small, and what `prepare` makes of them over a fake store."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from catalog.prepared_data import read_manifest, read_split
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from foundation import locations
from foundation.errors import InvalidData
from foundation.executions import Execution
from pipeline.prepare import PrepareOutput, PrepareParams, prepare

SETTINGS = fake_settings()
BUCKET = SETTINGS.data_bucket
RAW = "raw/creditcard.csv"
HEADER = ["Time", *(f"V{n}" for n in range(1, 29)), "Amount", "Class"]
ROWS, FRAUDS = 400, 40
DEMANDING = PrepareParams(minimum_rows=100)
SMALL = PrepareParams(require_digest=False, minimum_rows=100)


def raw_lines(rows: int = ROWS, frauds: int = FRAUDS) -> list[str]:
    """A file like the reference: quoted header and labels, `1e+05` for a time, equal rows."""
    numbers = np.random.default_rng(7).normal(size=(rows, 28)).round(6)
    lines = [",".join(f'"{name}"' for name in HEADER)]
    for row in range(rows):
        time = "1e+05" if row == rows - 1 else str(row * 200)
        label = int(row % (rows // frauds) == 0)
        values = ",".join(map(str, numbers[row].tolist()))
        lines.append(f'{time},{values},{row % 90}.5,"{label}"')
    # Three duplicates, one of them a fraud.
    lines[-5], lines[-4], lines[-10] = lines[3], lines[3], lines[1]
    return lines


def with_cell(row: int, column: str, value: str) -> list[str]:
    lines = raw_lines()
    cells = lines[row].split(",")
    cells[HEADER.index(column)] = value
    lines[row] = ",".join(cells)
    return lines


def stored(lines: list[str] | str | bytes) -> FakeObjectStore:
    text = "\n".join(lines) + "\n" if isinstance(lines, list) else lines
    store = FakeObjectStore()
    store.write(BUCKET, RAW, text if isinstance(text, bytes) else text.encode())
    return store


def execution(store: FakeObjectStore, execution_id: str = "run-1") -> Execution:
    return Execution(execution_id, store, SETTINGS, now=lambda: datetime(2026, 11, 21, tzinfo=UTC))


def prepared(store: FakeObjectStore, params: PrepareParams = SMALL) -> PrepareOutput:
    return prepare(execution(store), params)


def refusal(store: FakeObjectStore, params: PrepareParams = SMALL, kind: type = InvalidData) -> str:
    """The message; asserts that the raw file is as it was and that nothing else was written."""
    before = dict(store.objects)
    with pytest.raises(kind) as refused:
        prepared(store, params)
    assert store.objects == before
    return str(refused.value)


def splits_of(store: FakeObjectStore, output: PrepareOutput) -> dict[str, pl.DataFrame]:
    reader = execution(store, "reader")
    manifest = read_manifest(reader, output.data_digest)
    return {name: read_split(reader, manifest, name) for name in locations.SPLITS}
