"""A raw file is unpacked and decoded, or refused with what it is."""

import bz2
import gzip
import lzma
import zipfile

import pyarrow as pa
import pytest

from catalog.reading.file_kind import FileKind
from catalog.reading.plain_file import Dialect, open_plain
from catalog.reading.table_file import TableFile
from foundation.digests import digest_of_bytes
from foundation.errors import InvalidData
from fraud.data.formats import FileFormat

TEXT = "id,name\n1,Zoë\n2,x_y\n"


def opened(folder, content: bytes, name: str = "cards.csv", encoding: str = "utf-8"):
    path = folder / name
    path.write_bytes(content)
    return open_plain(path, folder, dialect=Dialect(encoding))


def zipped(folder, **members: bytes) -> bytes:
    path = folder / "made.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path.read_bytes()


def test_a_plain_file_is_read_where_it_is(tmp_path):
    file = opened(tmp_path, TEXT.encode())
    assert file.parts[0] == tmp_path / "cards.csv"
    assert file.kind is FileKind.CSV
    assert file.digest == digest_of_bytes(TEXT.encode())
    assert (file.has_odd_numbers, file.has_last_line_end) == (True, True)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_tells_the_encoding(tmp_path, encoding):
    file = opened(tmp_path, TEXT.encode(encoding))
    assert file.parts[0].read_text(encoding="utf-8-sig") == TEXT


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-16-le", "mac_roman"])
def test_an_encoding_that_is_named_is_read(tmp_path, encoding):
    assert opened(tmp_path, TEXT.encode(encoding), encoding=encoding).parts[0].read_text() == TEXT


COMPRESSIONS = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": lambda data: pa.compress(data, "zstd", asbytes=True),
}


@pytest.mark.parametrize("compress", COMPRESSIONS.values(), ids=COMPRESSIONS)
def test_a_compressed_file_is_unpacked_and_keeps_its_own_digest(tmp_path, compress):
    packed = compress(TEXT.encode())
    if compress is COMPRESSIONS["zstd"]:  # in the framing that files have
        sink = pa.BufferOutputStream()
        with pa.CompressedOutputStream(sink, "zstd") as stream:
            stream.write(TEXT.encode())
        packed = sink.getvalue().to_pybytes()
    file = opened(tmp_path, packed, "cards.csv.packed")
    assert file.parts[0].read_text() == TEXT
    assert file.digest == digest_of_bytes(packed)


def test_an_archive_of_one_file_is_that_file(tmp_path):
    packed = zipped(tmp_path, **{"cards.csv": TEXT.encode(), "__MACOSX/._cards.csv": b"x"})
    assert opened(tmp_path, packed, "cards.zip").parts[0].read_text() == TEXT


def test_the_files_of_an_archive_are_parts_in_the_order_of_their_names(tmp_path):
    packed = zipped(tmp_path, **{"b.csv": b"id\n2\n", "a.csv.gz": gzip.compress(b"id\n1\n")})
    file = opened(tmp_path, packed, "cards.zip")
    assert [part.read_text() for part in file.parts] == ["id\n1\n", "id\n2\n"]
    assert file.digest == digest_of_bytes(packed)


@pytest.mark.parametrize("name", ["gzip", "bzip2", "xz"])
def test_a_compressed_file_that_is_cut_off_is_refused(tmp_path, name):
    packed = COMPRESSIONS[name](TEXT.encode() * 1000)
    with pytest.raises(InvalidData, match="is compressed, and cut off or damaged"):
        opened(tmp_path, packed[: len(packed) // 2])


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 9, "an Excel workbook"),
        (b"SQLite format 3\x00", "an SQLite database"),
        (b"\x80\x04\x95abc", "a Python pickle, which is never read"),
        (b"\x89PNG\r\n", "a picture"),
        (b"<!DOCTYPE html>\n", "a web page"),
        (b"ab\x00\x01\x02cdefghi", "binary, of an unknown kind"),
        ("a,b\n1,2\n".encode("utf-16-le"), "UTF-16 without its mark"),
    ],
)
def test_what_is_no_table_is_named_without_its_bytes(tmp_path, content, what):
    with pytest.raises(InvalidData, match=what) as refused:
        opened(tmp_path, content)
    assert "Nothing was written." in str(refused.value)
    assert str(refused.value).isprintable()


def test_a_workbook_and_an_archive_of_several_files_are_named(tmp_path):
    with pytest.raises(InvalidData, match=r"an Excel workbook \(.xlsx\)"):
        opened(tmp_path, zipped(tmp_path, **{"[Content_Types].xml": b"<x/>", "a.xml": b""}))
    with pytest.raises(InvalidData, match="files of several kinds"):
        opened(tmp_path, zipped(tmp_path, **{"a.csv": b"a", "b.json": b'[{"a":1}]'}))
    with pytest.raises(InvalidData, match="an archive without files"):
        opened(tmp_path, zipped(tmp_path, **{"folder/": b""}))


def test_another_encoding_than_the_one_named_is_refused(tmp_path):
    with pytest.raises(InvalidData, match="is not text in utf-16"):
        opened(tmp_path, b"a,b\n1,2\n3", encoding="utf-16-le")


@pytest.mark.parametrize("text", ["a,b\r\n1,2\n3,4\r\n", "a,b\n1,2\r\n"])
def test_mixed_line_ends_become_one(tmp_path, text):
    assert opened(tmp_path, text.encode()).parts[0].read_bytes() == text.replace("\r", "").encode()


def test_uniform_line_ends_are_left(tmp_path):
    text = b"a,b\r\n1,2\r\n"
    assert opened(tmp_path, text).parts[0].read_bytes() == text


@pytest.mark.parametrize(
    ("text", "kind"), [(' [{"a":1}]', "JSON"), ('{"a":1}\n', "JSON"), ("a", "CSV")]
)
def test_the_kind_is_told_from_the_content(tmp_path, text, kind):
    assert opened(tmp_path, text.encode()).kind.value == kind


@pytest.mark.parametrize("name", ["cards.csv.gz", "cards.json.gz", "cards.csv.zst", "x.parquet"])
def test_the_name_of_a_file_decides_nothing(tmp_path, name):
    for content in (TEXT.encode(), gzip.compress(TEXT.encode())):
        file = opened(tmp_path, content, name)
        table = TableFile(file, FileFormat(), name=name)
        assert [row for one in table.batches(table.names) for row in one.rows()] == [
            ("1", "Zoë"), ("2", "x_y"),
        ]  # fmt: skip


def test_members_of_an_archive_are_all_read_whatever_they_are_called(tmp_path):
    path = tmp_path / "made.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("./b.csv", "x\n1\n")
        archive.writestr("b.csv", "x\n2\n")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("b.csv", "x\n3\n")
    parts = opened(tmp_path, path.read_bytes(), "cards.zip").parts
    assert sorted(part.read_text() for part in parts) == ["x\n1\n", "x\n2\n", "x\n3\n"]


def test_a_carriage_return_that_stands_alone_ends_a_line(tmp_path):
    file = opened(tmp_path, b"a,b\nx,1\r2,2\r\ny,3\n")
    assert file.parts[0].read_bytes() == b"a,b\nx,1\n2,2\ny,3\n"


@pytest.mark.parametrize(
    "text", ["a,b\n\n1,2\n\n\n3,4\n", "\n\na,b\n1,2\n3,4\n\n", "\ufeff\n  \na,b\n1,2\n3,4\n"]
)
def test_empty_lines_are_left_out_so_that_rows_keep_their_numbers(tmp_path, text):
    file = opened(tmp_path, text.encode())
    assert file.parts[0].read_text() == "a,b\n1,2\n3,4\n"
    assert (file.lines, file.empty_lines) == (3, 0)


@pytest.mark.parametrize("text", ['[{"a":1},', '{"a":1}\n{"a":2', '[{"a":1}'])
def test_json_that_is_cut_off_is_refused(tmp_path, text):
    with pytest.raises(InvalidData, match="JSON that ends in the middle"):
        opened(tmp_path, text.encode())


@pytest.mark.parametrize("header", ["[id],x", "{id},x", "ORC,x", "BZh,x", "PAR1,x"])
def test_a_header_that_begins_like_another_kind_is_a_header(tmp_path, header):
    assert opened(tmp_path, f"{header}\n1,2\n".encode()).kind is FileKind.CSV


def test_utf_8_that_is_called_something_else_is_refused(tmp_path):
    with pytest.raises(InvalidData, match="is UTF-8, and its description says cp1252"):
        opened(tmp_path, TEXT.encode(), encoding="cp1252")
