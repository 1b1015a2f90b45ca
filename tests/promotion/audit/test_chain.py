"""Hash chain: a byte that was changed, swapped or deleted in an entry is found."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fakes.ports.object_store import FakeObjectStore
from fakes.ports.signer import FakeSigner
from fakes.promotions.audit_trails import BUCKET, bytes_of, chain_of, edited, event, trail_over
from foundation.locations import audit_entry_key
from foundation.signing.signing import LocalSigner
from promotion.audit.entries import signed_entry

CHAIN = chain_of(3)


def test_an_untouched_chain_has_no_problems():
    assert trail_over(CHAIN).problems() == []
    assert trail_over(FakeObjectStore()).problems() == []


# Every place is changed: to one of these others in turn, and in the laws to each.
every_place = pytest.mark.parametrize("step", [6, pytest.param(1, marks=pytest.mark.laws)])


@every_place
@pytest.mark.parametrize("number", [1, 2, 3])
def test_whichever_byte_is_changed_that_entry_is_named(number, step):
    data = bytes_of(CHAIN, number)
    for place, byte in enumerate(data):
        others = [byte ^ 0x01, byte ^ 0x20, byte ^ 0x80, ord("0"), ord(" "), ord('"')]
        for other in others[place % step :: step]:
            changed = data[:place] + bytes([other if other != byte else 0]) + data[place + 1 :]
            assert_named(number, edited(CHAIN, number, changed))


@given(
    number=st.integers(1, 3),
    start=st.integers(0, 2000),
    length=st.integers(0, 40),
    new=st.binary(max_size=40),
)
def test_whatever_is_edited_that_entry_is_named(number, start, length, new):
    data = bytes_of(CHAIN, number)
    changed = data[:start] + new + data[start + length :]
    assume(changed != data)
    assert_named(number, edited(CHAIN, number, changed))


@every_place
def test_of_a_real_signature_every_character_counts(tmp_path, step):
    signer = LocalSigner(tmp_path)
    chain = chain_of(1, signer)
    data = bytes_of(chain, 1)
    value = trail_over(chain, signer).entries()[0].signature.value.encode()
    start = data.index(value)
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
    for place in range(start, start + len(value)):
        for other in alphabet.replace(data[place : place + 1], b"")[place % step :: step]:
            changed = data[:place] + bytes([other]) + data[place + 1 :]
            assert_named(1, edited(chain, 1, changed), signer)


@pytest.mark.parametrize("number", [1, 2])
def test_a_deleted_entry_is_named(number):
    (problem,) = trail_over(edited(CHAIN, number, None)).problems()
    assert problem.startswith(f"{audit_entry_key(number)} is missing")


def test_a_gap_is_named_by_its_ends():
    store = edited(edited(chain_of(5), 2, None), 3, None)
    (problem,) = trail_over(store).problems()
    assert problem.startswith("audit/00000002.json to audit/00000003.json are missing")


def test_an_entry_far_away_is_a_gap_too():
    store = edited(CHAIN, 99_999_999, bytes_of(CHAIN, 3))
    gap, moved = trail_over(store).problems()
    assert gap.startswith("audit/00000004.json to audit/99999998.json are missing")
    assert moved.startswith("audit/99999999.json holds entry 3")


def test_swapped_entries_are_both_named():
    store = edited(edited(CHAIN, 1, bytes_of(CHAIN, 2)), 2, bytes_of(CHAIN, 1))
    problems = trail_over(store).problems()
    assert any("audit/00000001.json holds entry 2" in problem for problem in problems)
    assert any("audit/00000002.json holds entry 1" in problem for problem in problems)


def test_an_entry_written_anew_by_whoever_has_the_key_is_named_by_the_next_one():
    forged = FakeObjectStore()
    trail_over(forged).append(event(1, reason="another story"))
    (problem,) = trail_over(edited(CHAIN, 1, bytes_of(forged, 1))).problems()
    assert problem.startswith("audit/00000001.json is not the entry that audit/00000002.json")


def test_a_first_entry_that_follows_another_is_named():
    entry = signed_entry(event(1), number=1, previous="1" * 64, signer=FakeSigner())
    (problem,) = trail_over(edited(FakeObjectStore(), 1, entry.to_json())).problems()
    assert problem.startswith("audit/00000001.json is not the first")


def test_an_entry_of_another_key_is_named():
    (problem, *_) = trail_over(CHAIN, FakeSigner("another")).problems()
    assert problem.startswith("audit/00000001.json is not what was signed")


@pytest.mark.parametrize(
    "key", ["audit/00000000.json", "audit/notes.txt", "audit/4.json", "audit/00000004.json.bak"]
)
def test_a_stranger_is_named_and_never_counted(key):
    store = chain_of(3)
    store.write(BUCKET, key, b"hello")
    (problem,) = trail_over(store).problems()
    assert problem.startswith(f"{key} is not an entry of the history")
    assert trail_over(store).length() == 3


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"1", b"[" * 100_000, b"\xff", b'{"number":NaN}', b"{}"]
)
def test_what_is_no_entry_at_all_is_named(data):
    assert_named(2, edited(CHAIN, 2, data))


def test_the_last_entry_cut_off_leaves_no_trace_in_the_chain():
    """Why whoever verifies compares its end with what is in production as well."""
    assert trail_over(edited(CHAIN, 3, None)).problems() == []


def assert_named(number: int, store: FakeObjectStore, signer=None) -> None:
    problems = trail_over(store, signer).problems()
    assert any(problem.startswith(audit_entry_key(number)) for problem in problems), problems
