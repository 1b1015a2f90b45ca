"""A small file that unpacks to a large one is refused, and leaves nothing on the disk."""

import bz2
import gzip
import io
import lzma
import shutil
import zipfile
from collections import namedtuple

import pyarrow as pa
import pytest

from catalog.reading import room
from catalog.reading.plain_file import open_plain
from catalog.reading.room import Room
from foundation.errors import InvalidData

BOMB = b"id,amount,label\n" + b"1,2,0\n" * 4_000_000  # 24 MB


def zstd(content: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return bytes(sink.getvalue().to_pybytes())


def zipped(*contents: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for number, content in enumerate(contents):
            archive.writestr(f"{number}.csv", content)
    return packed.getvalue()


PACKED = {
    "gzip": gzip.compress(BOMB),
    "bzip2": bz2.compress(BOMB),
    "xz": lzma.compress(BOMB, preset=0),
    "zstd": zstd(BOMB),
    "zip": zipped(BOMB),
    "gzip in zip": zipped(gzip.compress(BOMB), method=zipfile.ZIP_STORED),
    "many in zip": zipped(*[BOMB[:4_000_000]] * 6),
}


@pytest.mark.parametrize("packed", PACKED.values(), ids=PACKED)
def test_what_unpacks_to_more_than_data_can_is_refused_and_removed(tmp_path, monkeypatch, packed):
    monkeypatch.setattr(room, "ALWAYS_ALLOWED", 10_000_000)
    monkeypatch.setattr(room, "LARGEST_RATIO", 20)
    monkeypatch.setattr(room, "CHUNK_BYTES", 1 << 20)
    path, folder = tmp_path / "raw", tmp_path / "folder"
    folder.mkdir()
    path.write_bytes(packed)
    with pytest.raises(InvalidData) as refused:
        open_plain(path, folder, name="mine.gz")
    message = str(refused.value)
    assert f"mine.gz has {len(packed):,} bytes and unpacks to more than 10,000,000" in message
    assert "over 20 times as much" in message
    left = [one.stat().st_size for one in folder.rglob("*") if one.is_file()]
    assert sum(left) <= 10_000_000


@pytest.mark.parametrize("packed", PACKED.values(), ids=PACKED)
def test_a_file_of_any_ratio_is_unpacked_where_it_is_not_large(tmp_path, packed):
    path = tmp_path / "raw"
    path.write_bytes(packed)
    assert sum(part.stat().st_size for part in open_plain(path, tmp_path).parts) >= 20_000_000


def test_the_disk_is_never_filled(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(0, 0, room.DISK_RESERVE + 9))
    path = tmp_path / "raw"
    path.write_bytes(b"x")
    Room(path, "mine").copy(io.BytesIO(b"x" * 9), tmp_path / "small")
    with pytest.raises(InvalidData, match="mine does not fit onto the disk"):
        Room(path, "mine").copy(io.BytesIO(b"x" * 10), tmp_path / "large")
    assert not (tmp_path / "large").exists()
