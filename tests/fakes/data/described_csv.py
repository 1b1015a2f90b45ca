"""A small data set with every kind of column, its raw file, and what is prepared of it."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl

from catalog.preparation import Preparation, RawData, prepare_file
from catalog.prepared_data import Manifest, read_split
from catalog.raw_checks import Origin
from fakes.data.raw_csv import SETTINGS, execution
from fakes.ports.object_store import FakeObjectStore
from foundation import locations
from foundation.executions import Execution
from fraud.data.spec import DataSpec
from fraud.leakage.checks import LeakageFinding

SPEC = DataSpec(
    name="shop",
    raw="shop.csv",
    minimum_rows=10,
    label="fraud",
    time="seconds",
    amount="amount",
    features=["age", "visits"],
    id="payment",
    entities={"customer": "customer_id", "terminal": "till"},
    categorical=["channel", "country"],
    missing=["age"],
    annotations=["scenario"],
)
HEADER = (
    "payment", "seconds", "customer_id", "till", "amount", "channel", "country", "age", "visits",
    "scenario", "fraud",
)  # fmt: skip
ROWS, FRAUDS = 400, 40
GOOD = "p1,60,ann,t1,9.5,chip,BE,41,3,,0"


def described_rows() -> list[dict[str, str]]:
    """Rows in order of time, as cells by column; every tenth is a fraud."""
    return [_row(row, np.random.default_rng(row)) for row in range(ROWS)]


def _row(row: int, random: np.random.Generator) -> dict[str, str]:
    is_fraud = row % (ROWS // FRAUDS) == 0
    channel = random.choice(["chip", "online", "phone"], p=[0.3, 0.5, 0.2])
    cells = [
        f"p{row}", str(row * 1800), f"c{row % 7}", f"t{row % 5}", f"{row % 90}.25",
        "" if row % 50 == 3 else str(channel), '"Bosnia, and ""Herzegovina"""' if row % 9 else "NA",
        ["", "NA", "null", "NaN"][row % 4] if row % 8 < 4 else str(random.integers(18, 90)),
        str(random.integers(0, 50)), "planted" if is_fraud else "", str(int(is_fraud)),
    ]  # fmt: skip
    return dict(zip(HEADER, cells, strict=True))


def described_text(rows: list[dict[str, str]]) -> bytes:
    lines = [HEADER, *(cells.values() for cells in rows)]
    return "".join(",".join(line) + "\n" for line in lines).encode()


def prepared_shop(
    text: bytes, spec: DataSpec = SPEC, *, store: FakeObjectStore | None = None, **wanted: Any
) -> tuple[Execution, Manifest, list[LeakageFinding], dict[str, bytes]]:
    """Prepare the raw file `text`; the last of what is returned are the files by their names."""
    reader, files = execution(store or FakeObjectStore(), "reader"), {}
    with TemporaryDirectory() as temporary:
        raw, folder = Path(temporary, spec.raw), Path(temporary, "prepared")
        raw.write_bytes(text)
        folder.mkdir()
        chosen = Preparation(require_digest=False, minimum_rows=10, **wanted)
        data = RawData(raw, spec, Origin())
        prepared = prepare_file(data, chosen, folder, now=reader.now())
        manifest, findings = prepared.manifest, prepared.leakage
        for path in folder.iterdir():
            files[path.name] = path.read_bytes()
            key = locations.prepared_key(manifest.data_digest, path.name)
            reader.upload(SETTINGS.data_bucket, key, path)
    return reader, manifest, findings, files


def with_cells(column: str, cells: dict[int, str]) -> bytes:
    """The raw file with other cells in one column, by row from 0."""
    rows = described_rows()
    for row, cell in cells.items():
        rows[row][column] = cell
    return described_text(rows)


def table_of(reader: Execution, manifest: Manifest) -> pl.DataFrame:
    """All splits together."""
    return pl.concat([read_split(reader, manifest, name) for name in locations.SPLITS])
