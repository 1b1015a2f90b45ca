"""Signature: base64 in one form only, so that no character of a signature can change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.signing.signature import base64_decoded, base64_encoded


@given(st.binary(max_size=100))
def test_bytes_survive_the_way_through_base64(data: bytes) -> None:
    assert base64_decoded(base64_encoded(data)) == data


@pytest.mark.parametrize(
    "text",
    ["é", "A", "AAA", "AA==\n", " AA==", "AB==", "AA=", "A-_A"],
    ids=["not ASCII", "one character", "no padding", "line break", "space", "spare bits",
         "half padding", "URL alphabet"],
)  # fmt: skip
def test_any_other_form_is_no_signature(text: str) -> None:
    assert base64_decoded(text) is None
