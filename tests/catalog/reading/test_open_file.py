"""A raw file is opened with its columns, or refused before a row is read."""

import datetime

import polars as pl
import pytest

from catalog.reading.open_file import open_raw
from foundation.errors import InvalidData
from fraud.data.spec import DataSpec

SPEC = DataSpec(name="t", raw="t.csv", label="fraud", features=["v*"], ignore=["rest"])


def opened(folder, text: str, spec: DataSpec = SPEC):
    path = folder / "delivered"
    path.write_text(text)
    return open_raw(path, spec, folder, name="mine.csv")


def test_patterns_stand_for_the_columns_of_the_file(tmp_path):
    found = opened(tmp_path, "fraud,v1,v2,note\n0,1,2,x\n")
    assert (found.spec.features, found.spec.ignore) == (["v1", "v2"], ["note"])
    assert found.table.names == ("fraud", "v1", "v2", "note")


def test_dates_of_the_file_itself_need_no_format(tmp_path):
    path = tmp_path / "p"
    pl.DataFrame({"fraud": [0], "v": [1], "t": [datetime.date(2026, 11, 30)]}).write_parquet(path)
    spec = SPEC.model_copy(update={"time": "t", "features": ["v"]})
    assert open_raw(path, spec, tmp_path).spec.time_format == "iso"


def test_other_columns_are_refused_by_the_name_of_the_file(tmp_path):
    with pytest.raises(InvalidData, match=r"mine\.csv does not have the columns of t") as refused:
        opened(tmp_path, "froud,v1\n0,1\n")
    assert "missing: fraud" in str(refused.value)


def test_a_column_that_would_be_stored_twice_is_refused(tmp_path):
    spec = SPEC.model_copy(update={"features": ["v1"], "entities": {"card": "v1"}})
    with pytest.raises(InvalidData, match=r"named as another column is stored: v1 \(text\)"):
        opened(tmp_path, "fraud,v1,v1 (text)\n0,1,2\n", spec)
