"""Archives: equal files give equal bytes, and nothing but plain files is unpacked."""

import io
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.digests import digest_of_files
from foundation.errors import InvalidData
from foundation.stores.archives import pack, unpack

names = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=20)
files = st.dictionaries(names, st.binary(max_size=1000), max_size=5)


@given(files)
def test_what_was_packed_comes_out_again(files: dict[str, bytes]) -> None:
    assert unpack(pack(files)) == files


@given(files)
def test_the_same_files_give_the_same_bytes_in_any_order(files: dict[str, bytes]) -> None:
    turned = dict(reversed(files.items()))

    assert pack(files) == pack(turned)
    assert digest_of_files(files) == digest_of_files(turned)


def test_another_content_or_name_has_another_digest() -> None:
    digests = {digest_of_files(f) for f in ({"a": b"1"}, {"a": b"2"}, {"b": b"1"}, {})}

    assert len(digests) == 4


@pytest.mark.parametrize("data", [b"", b"not an archive", pack({"a": b"0" * 10_000})[:-20]])
def test_a_broken_archive_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidData, match="Nothing was unpacked"):
        unpack(data)


def test_a_path_out_of_the_archive_is_refused() -> None:
    evil = io.BytesIO()
    with tarfile.open(fileobj=evil, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("../evil"))

    with pytest.raises(InvalidData, match=r"'\.\./evil'"):
        unpack(evil.getvalue())
