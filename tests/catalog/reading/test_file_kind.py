"""What a file is, is told from its content."""

import pytest

from catalog.reading.file_kind import FileKind, require_text, require_whole_json, text_kind
from foundation.errors import InvalidData


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (' [{"a":1}]', FileKind.JSON),
        ('\ufeff{"a":1}\n', FileKind.JSON),
        ("[]", FileKind.JSON),
        ("a", FileKind.CSV),
        ("[id],x", FileKind.CSV),
        ("{id},x", FileKind.CSV),
    ],
)
def test_a_text_is_json_or_csv_by_how_it_begins(tmp_path, text, kind):
    (tmp_path / "t").write_text(text)
    assert text_kind(tmp_path / "t") is kind


def test_a_kind_that_cannot_be_read_is_named_with_what_to_do():
    with pytest.raises(InvalidData, match="mine is an HDF5 file; write the table as Parquet"):
        require_text(b"\x89HDF\r\n\x00", "utf-8", "mine")
    require_text(b"ORC,x\n", "utf-8", "mine")
    require_text("a,b".encode("utf-16"), "utf-16", "mine")


def test_json_ends_as_it_begins(tmp_path):
    (tmp_path / "t").write_text('[{"a":1}]\n')
    require_whole_json(tmp_path / "t", "mine")
    (tmp_path / "t").write_text('[{"a":1}')
    with pytest.raises(InvalidData, match="mine is JSON that ends in the middle"):
        require_whole_json(tmp_path / "t", "mine")
