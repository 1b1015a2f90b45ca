"""The good rows of a file can be read again, from memory and from disk alike."""

from dataclasses import replace

import polars as pl
import pytest

from catalog.raw_file import ReadOptions, read_raw
from fraud.data.spec import DataSpec

SPEC = DataSpec(name="t", raw="t.csv", label="fraud", features=["v"], annotations=["note"])


@pytest.mark.parametrize("kept_bytes", [0, 10**9], ids=["on disk", "in memory"])
def test_rows_come_in_file_order_whole_or_in_part_and_without_those_set_aside(tmp_path, kept_bytes):
    path = tmp_path / "t.csv"
    path.write_text("fraud,v,note\n" + "".join(f"{n % 2},{n},n{n}\n" for n in range(30)))
    raw = read_raw(path, SPEC, tmp_path, ReadOptions(kept_bytes=kept_bytes))
    assert pl.concat(raw.tables()).rows() == [(n, f"n{n}", n % 2) for n in range(30)]
    assert pl.concat(raw.tables(["note"])).to_series().to_list() == [f"n{n}" for n in range(30)]
    assert raw.rows == 30
    some = replace(raw, kept=pl.Series([n > 27 for n in range(30)]).to_numpy())
    assert pl.concat(some.tables(["v"])).rows() == [(28.0,), (29.0,)]
