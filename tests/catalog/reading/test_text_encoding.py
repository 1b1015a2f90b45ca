"""A text in any encoding becomes UTF-8, or is refused with the reason."""

import codecs

import pytest

from catalog.reading.text_encoding import as_utf8, encoding_of, is_utf8
from foundation.errors import InvalidData

TEXT = "id,name\n1,Zoë\n"


def converted(folder, content: bytes, encoding: str):
    path = folder / "t"
    path.write_bytes(content)
    return as_utf8(path, folder, encoding, "mine")


def test_a_mark_decides_over_the_name():
    assert encoding_of(codecs.BOM_UTF16_LE + b"a\x00", "cp1252") == "utf-16"
    assert encoding_of(codecs.BOM_UTF32_LE, "cp1252") == "utf-32"
    assert encoding_of(b"a", "cp1252") == "cp1252"


def test_utf_8_by_any_name_is_read_where_it_is(tmp_path):
    assert all(map(is_utf8, ["utf-8", "UTF8", "utf-8-sig", "ascii"]))
    assert converted(tmp_path, TEXT.encode(), "utf-8") == tmp_path / "t"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16-le", "mac_roman"])
def test_another_encoding_becomes_a_copy_in_utf_8(tmp_path, encoding):
    target = converted(tmp_path, TEXT.encode(encoding), encoding)
    assert target != tmp_path / "t"
    assert target.read_bytes() == TEXT.encode()


def test_text_that_is_in_another_encoding_is_refused(tmp_path):
    with pytest.raises(InvalidData, match="mine is not text in utf-16-le"):
        converted(tmp_path, b"odd", "utf-16-le")
    with pytest.raises(InvalidData, match="mine is UTF-8, and its description says cp1252"):
        converted(tmp_path, TEXT.encode(), "cp1252")
