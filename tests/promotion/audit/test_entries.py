"""History entries: one canonical form of the bytes, signed as they stand."""

import json

import pytest

from fakes.ports.object_store import FakeObjectStore
from fakes.ports.signer import FakeSigner
from fakes.promotions.audit_trails import BUCKET, bytes_of, canonical, chain_of, event, trail_over
from foundation.errors import InvalidData
from foundation.locations import audit_entry_key
from promotion.audit.entries import KeptEntry, signed_entry

PREVIOUS = "0" * 64


def test_an_entry_is_read_back_as_it_was_signed() -> None:
    signer = FakeSigner()
    entry = signed_entry(event(1), number=1, previous=PREVIOUS, signer=signer)

    kept = KeptEntry(entry.to_json())

    assert kept.entry == entry
    assert kept.is_canonical
    assert kept.is_signed_by(signer)
    assert not kept.is_signed_by(FakeSigner("of eve"))


def test_other_whitespace_is_the_same_content_and_not_canonical() -> None:
    signer = FakeSigner()
    entry = signed_entry(event(1), number=1, previous=PREVIOUS, signer=signer)

    kept = KeptEntry(json.dumps(json.loads(entry.to_json()), indent=1).encode())

    assert kept.entry == entry
    assert not kept.is_canonical
    assert kept.is_signed_by(signer)


@pytest.mark.parametrize("part", ["number", "previous", "event"])
def test_the_signature_covers_each_part(part: str) -> None:
    signer = FakeSigner()
    entry = signed_entry(event(1), number=1, previous=PREVIOUS, signer=signer)
    other = signed_entry(event(2), number=2, previous="1" * 64, signer=signer)

    changed = entry.model_copy(update={part: getattr(other, part)})

    assert not KeptEntry(changed.to_json()).is_signed_by(signer)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "a JSON list"),
        (b"{}", "number: "),
    ],
)
def test_bytes_that_are_no_entry_are_refused_with_the_reason(data: bytes, problem: str) -> None:
    with pytest.raises(InvalidData, match=problem):
        KeptEntry(data)


def test_an_entry_of_a_version_that_knew_fewer_fields_stays_valid() -> None:
    signer, store = FakeSigner(), FakeObjectStore()
    content = json.loads(bytes_of(chain_of(1), 1))
    del content["signature"], content["event"]["details"]
    signature = signer.sign(canonical(content))
    old = canonical(content | {"signature": signature.model_dump()})
    store.write(BUCKET, audit_entry_key(1), old)
    assert trail_over(store, signer).problems() == []
    assert trail_over(store, signer).entries()[0].event == event(1)
