"""What is packed is unpacked by its content, and members of archives come in the order of names."""

import bz2
import gzip
import io
import zipfile

import pytest

from catalog.reading.room import Room
from catalog.reading.unpacking import archive_members, unpacked, unpacked_member, unreadable
from foundation.errors import InvalidData


def saved(folder, content: bytes):
    path = folder / "raw.csv.gz"
    path.write_bytes(content)
    return path


def test_a_file_that_is_not_packed_is_returned_whatever_its_name(tmp_path):
    path = saved(tmp_path, b"a,b\n")
    assert unpacked(path, tmp_path, Room(path, "raw")) == path
    assert archive_members(path, "raw") == []


def test_a_packed_file_is_unpacked_under_a_name_without_ending(tmp_path):
    path = saved(tmp_path, gzip.compress(b"a,b\n"))
    target = unpacked(path, tmp_path, Room(path, "raw"))
    assert (target.read_bytes(), target.suffix) == (b"a,b\n", "")


def test_members_are_those_of_people_in_order(tmp_path):
    path = tmp_path / "raw.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("b.csv", "sub/a.csv", "__MACOSX/._b.csv", ".DS_Store", "sub/"):
            archive.writestr(name, name)
    members = archive_members(path, "raw")
    assert [member.filename for member in members] == ["b.csv", "sub/a.csv"]
    member = unpacked_member(path, members[1], tmp_path, Room(path, "raw"))
    assert member.read_text() == "sub/a.csv"


def test_a_damaged_archive_is_refused_by_the_name_that_people_know(tmp_path):
    with pytest.raises(InvalidData, match=r"^mine.zip is compressed, and cut off or damaged"):
        archive_members(saved(tmp_path, b"PK\x03\x04nonsense"), "mine.zip")


def test_what_cannot_be_read_is_named_with_what_can():
    assert "x is a picture. A raw file is CSV" in str(unreadable("x", "a picture"))


def zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", content)
    return packed.getvalue()


def test_an_archive_inside_an_archive_is_named(tmp_path):
    path = saved(tmp_path, zipped(zipped(b"a,b\n")))
    (member,) = archive_members(path, "raw")
    with pytest.raises(InvalidData, match="raw is an archive inside an archive; unpack the outer"):
        unpacked_member(path, member, tmp_path, Room(path, "raw"))


@pytest.mark.parametrize("inside", [gzip.compress(b"a,b\n"), bz2.compress(b"a"), zipped(b"a")])
def test_a_file_that_is_packed_twice_is_named(tmp_path, inside):
    path = saved(tmp_path, gzip.compress(inside))
    with pytest.raises(InvalidData, match="raw is packed twice; unpack it once"):
        unpacked(path, tmp_path, Room(path, "raw"))
