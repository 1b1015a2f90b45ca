"""Audit trail: an event is recorded once, in order, whatever happens meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from fakes.ports.object_store import FakeObjectStore
from fakes.ports.signer import FakeSigner
from fakes.promotions.audit_trails import (
    AT,
    BUCKET,
    Counted,
    NeverFree,
    Overtaken,
    RepliesLost,
    RestlessSigner,
    bytes_of,
    chain_of,
    edited,
    event,
    trail_over,
)
from foundation.aws import client
from foundation.digests import digest_of_bytes
from foundation.errors import InvalidData, Unavailable
from foundation.stores.object_store import S3ObjectStore
from promotion.audit.trail import AuditTrail
from promotion.records import GateResult

CHAIN = chain_of(3)


class TestAppending:
    def test_what_was_appended_is_read_in_order(self):
        entries = trail_over(CHAIN).entries()
        assert [entry.event for entry in entries] == [event(1), event(2), event(3)]
        assert [entry.number for entry in entries] == [1, 2, 3]

    def test_the_newest_are_read_alone(self):
        trail = trail_over(CHAIN)
        assert [entry.number for entry in trail.entries(limit=2)] == [2, 3]
        assert [entry.number for entry in trail.entries(limit=9)] == [1, 2, 3]
        assert trail.entries(limit=0) == []

    def test_each_entry_names_the_bytes_of_the_one_before(self):
        first, second, third = trail_over(CHAIN).entries()
        assert first.previous == "0" * 64
        assert second.previous == digest_of_bytes(bytes_of(CHAIN, 1))
        assert third.previous == digest_of_bytes(bytes_of(CHAIN, 2))

    def test_the_length_is_the_number_of_the_last_entry(self):
        assert trail_over(FakeObjectStore()).length() == 0
        assert trail_over(CHAIN).length() == 3

    def test_an_event_is_told_once_whoever_tells_it(self):
        store = chain_of(3)
        again = trail_over(store).append(event(2).model_copy(update={"who": "somebody else"}))
        assert (again.number, again.event.who) == (2, "Zoë@workstation")
        assert trail_over(store).length() == 3

    def test_only_entries_above_the_given_number_are_looked_through(self):
        store = Counted(chain_of(5))
        trail_over(store).append(event(6), after=5)
        assert store.calls == ["keys", "read 5", "write_once 6"]

    def test_an_event_above_the_given_number_is_found(self):
        trail = trail_over(chain_of(5))
        assert trail.append(event(4), after=3).number == 4
        assert trail.length() == 5

    def test_an_event_is_found_by_its_id(self):
        found = trail_over(CHAIN).find("promotion-2")
        assert found is not None
        assert found.number == 2
        assert trail_over(CHAIN).find("promotion-9") is None

    def test_an_entry_that_nobody_signed_vouches_for_nothing(self):
        forged = bytes_of(CHAIN, 2).replace(b"recall is better", b"recall is equal!")
        assert trail_over(edited(CHAIN, 2, forged)).find("promotion-2") is None
        moved = edited(edited(CHAIN, 2, None), 5, bytes_of(CHAIN, 2))
        assert trail_over(moved).find("promotion-2") is None

    def test_when_the_number_is_taken_the_next_one_is(self):
        store = Overtaken(chain_of(2), by=[event(7), event(8)])
        entry = trail_over(store).append(event(3), after=2)
        assert entry.number == 5
        assert trail_over(store).problems() == []

    def test_when_the_number_is_taken_by_the_same_event_that_entry_is_it(self):
        store = Overtaken(chain_of(2), by=[event(3, who="who recovered it")])
        entry = trail_over(store).append(event(3), after=2)
        assert (entry.number, entry.event.who) == (3, "who recovered it")
        assert trail_over(store).length() == 3

    def test_a_lost_reply_is_found_though_no_signature_is_ever_the_same(self):
        store = chain_of(2)
        with pytest.raises(Unavailable):
            trail_over(RepliesLost(store), RestlessSigner()).append(event(3), after=2)
        entry = trail_over(store, RestlessSigner()).append(event(3), after=2)
        assert entry.number == 3
        assert trail_over(store).length() == 3

    def test_who_never_gets_a_place_says_so(self):
        with pytest.raises(Unavailable, match="others were faster"):
            trail_over(NeverFree()).append(event(1))

    def test_many_at_once_lose_nothing(self):
        store, numbers = FakeObjectStore(), range(1, 9)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: trail_over(store).append(event(number)), numbers))
        recorded = sorted(entry.event.event_id for entry in trail_over(store).entries())
        assert recorded == [f"promotion-{number}" for number in numbers]
        assert trail_over(store).problems() == []

    def test_what_json_cannot_say_is_refused_before_it_is_signed(self):
        store, signer = FakeObjectStore(), FakeSigner()
        gate = GateResult(gate="recall", verdict="pass", reason="", figures={"x": float("nan")})
        for impossible in (event(1, gates=[gate]), event(1, reason="\ud800")):
            with pytest.raises(InvalidData, match="promotion-1 cannot be remembered"):
                trail_over(store, signer).append(impossible)
        assert (store.objects, signer.signatures) == ({}, 0)

    def test_a_clock_that_is_behind_hides_nothing(self):
        store = chain_of(1)
        trail_over(store).append(event(2, at=AT - timedelta(days=1)))
        assert trail_over(store).entries()[-1].event.at == AT - timedelta(days=1)
        assert trail_over(store).problems() == []

    def test_history_goes_on_after_an_entry_that_was_destroyed_and_still_names_it(self):
        store = edited(CHAIN, 3, b"{")
        trail_over(store).append(event(4))
        (problem,) = trail_over(store).problems()
        assert problem.startswith("audit/00000003.json is not an entry of the history")


class TestReading:
    def test_a_chain_that_cannot_be_read_says_where_to_look(self):
        with pytest.raises(InvalidData, match=r"audit/00000002\.json .* ceap promotion verify"):
            trail_over(edited(CHAIN, 2, b"{}")).entries()

    def test_it_is_the_same_in_s3(self, moto_settings):
        client("s3", moto_settings).create_bucket(Bucket=BUCKET)
        trail = AuditTrail(S3ObjectStore(moto_settings), BUCKET, FakeSigner())
        entries = [trail.append(event(number)) for number in (1, 2, 3, 2)]
        assert [entry.number for entry in entries] == [1, 2, 3, 2]
        assert trail.entries() == entries[:3]
        assert trail.problems() == []
