"""A file that cannot be whole, or whose labels are unclear, is refused with what to do."""

import pytest

from catalog.raw_file import ReadOptions, read_raw
from foundation.errors import InvalidData
from fraud.data.spec import DataSpec

SPEC = DataSpec(
    name="t", raw="t.csv", label="fraud", features=["v"], annotations=["note"], positive=["Y"]
)


def read(folder, text: str):
    path = folder / "t.csv"
    path.write_text(text)
    return read_raw(path, SPEC, folder, ReadOptions())


def test_a_last_row_that_is_bad_without_a_line_end_is_half_a_row(tmp_path):
    with pytest.raises(InvalidData, match=r"ends in the middle of row 2 \(it has 2 fields"):
        read(tmp_path, "fraud,v,note\nY,1,a\nN,2")
    assert read(tmp_path, "fraud,v,note\nY,1,a\nN,2\n").bad["row"].to_list() == [2]
    assert read(tmp_path, "fraud,v,note\nY,1,a\nN,2,b").bad_count == 0


def test_a_quote_that_is_not_closed_is_named_with_its_row(tmp_path):
    with pytest.raises(InvalidData, match=r"quote in row 2 .*is not closed"):
        read(tmp_path, 'fraud,v,note\nY,1,a\nN,2,"b\nN,3,c\n')


def test_labels_of_several_unnamed_values_are_refused(tmp_path):
    with pytest.raises(InvalidData, match="besides Y it holds 'maybe', 'n'") as refused:
        read(tmp_path, "fraud,v,note\nY,1,a\nN,2,b\nmaybe,3,c\n")
    assert "negative:" in str(refused.value)
