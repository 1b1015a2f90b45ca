"""Digests: equal values have equal digests, and different values different ones."""

import hashlib
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.digests import (
    canonical_json,
    digest_of_bytes,
    digest_of_file,
    digest_of_files,
    digest_of_json,
)

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda some: st.lists(some) | st.dictionaries(st.text(), some),
    max_leaves=10,
)  # fmt: skip


def test_a_digest_is_the_sha256_in_hexadecimal(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert digest_of_bytes(b"abc") == digest_of_file(tmp_path / "file") == expected


@settings(max_examples=30)
@given(st.dictionaries(st.text(), values))
def test_the_order_of_keys_does_not_matter(content: dict[str, object]) -> None:
    backwards = dict(reversed(content.items()))
    assert digest_of_json(content) == digest_of_json(backwards)


def test_canonical_json_has_sorted_keys_no_spaces_and_utf_8() -> None:
    assert canonical_json({"b": [1, 0.5], "a": "é"}) == '{"a":"é","b":[1,0.5]}'.encode()


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_json_lacks_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"value": value})


def test_a_set_of_files_is_known_by_names_and_contents() -> None:
    files = {"a": b"1", "b": b"2"}
    assert digest_of_files(files) == digest_of_files({"b": b"2", "a": b"1"})
    others: list[dict[str, bytes]] = [
        {"a": b"2", "b": b"1"},
        {"a": b"1", "c": b"2"},
        {"a": b"1"},
    ]
    assert digest_of_files(files) not in map(digest_of_files, others)


def test_a_large_file_has_the_digest_of_its_bytes(tmp_path: Path) -> None:
    data = bytes(range(256)) * 4096
    (tmp_path / "large").write_bytes(data)
    assert digest_of_file(tmp_path / "large") == hashlib.sha256(data).hexdigest()
