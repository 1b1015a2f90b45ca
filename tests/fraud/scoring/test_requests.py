"""Scoring requests: valid ones are kept exactly, bad ones are set aside with every reason."""

import json
from copy import deepcopy
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.data.json_values import anything
from fakes.data.labelled_rows import ROLES
from fraud.scoring.day_window import DayWindow
from fraud.scoring.model_columns import ModelColumns
from fraud.scoring.requests import OTHER_DAY, BatchLaws, Incoming, check_transactions

COLUMNS = ModelColumns(("V1", "V2", "Amount", "Time"), roles=ROLES)
GOOD = {
    "id": "t-1",
    "timestamp": "2026-11-21T09:30:00Z",
    "amount": 12.5,
    "category": "electronics",
    "features": {"V1": -1.5, "V2": 3},
}


def with_(**changes: object) -> dict[str, object]:
    return {**deepcopy(GOOD), **changes}


def without(field: str) -> dict[str, object]:
    return {name: value for name, value in GOOD.items() if name != field}


def checked(*transactions: object, laws: BatchLaws | ModelColumns = COLUMNS) -> Incoming:
    return check_transactions(transactions, range(1, len(transactions) + 1), laws)


def rules(incoming: Incoming) -> list[str]:
    return [problem.rule for one in incoming.set_aside for problem in one.problems]


def test_entities_are_kept_by_role_where_there_are_any():
    named = checked(with_(entities={"customer": " C-1 ", "card": None}), with_(id="t-2"))
    assert named.set_aside == []
    assert named.entities == [{"customer": "C-1"}, {}]


def test_a_good_transaction_becomes_features_amount_and_seconds_of_its_day():
    assert checked(GOOD).model_rows().tolist() == [[-1.5, 3.0, 12.5, 9.5 * 3600]]


@pytest.mark.parametrize(
    ("bad", "rule", "told"),
    [
        (7, "object", "a transaction is an object, not 7"),
        (with_(id=""), "id", "id is a string of 1 to 1,024 bytes, not ''"),
        (with_(id=17), "id", "not 17"),
        (with_(entities={"card": 4111}), "entities", "card is a int"),
        (with_(entities="C-1"), "entities", "it is a str"),
        (with_(id="x" * 1025), "id", "1,024 bytes"),
        (with_(id="\ud800"), "id", "id is a string"),
        (without("id"), "id", "id is missing"),
        (with_(timestamp="2026-11-21T09:30:00"), "timestamp_zone", "does not"),
        (with_(timestamp="2026-11-21"), "timestamp_zone", "says its zone"),
        (with_(timestamp="21/11/2026 09:30"), "timestamp", "ISO 8601"),
        (with_(timestamp=1795253400), "timestamp", "ISO 8601"),
        (with_(amount=-3.0), "amount", "at least 0 and less than 1e+15, not -3.0"),
        (with_(amount="12.5"), "amount", "not '12.5'"),
        (with_(amount=True), "amount", "not True"),
        (with_(amount=float("nan")), "amount", "not nan"),
        (with_(amount=float("inf")), "amount", "not inf"),
        (with_(amount=10**400), "amount", "at least 0"),
        (with_(category=7), "category", "not 7"),
        (with_(features={"V1": 1.0}), "features_missing", "features lacks V2"),
    ],
)
def test_a_bad_transaction_is_set_aside_whole_with_the_reason(bad, rule, told):
    incoming = checked(GOOD, bad)
    (aside,) = incoming.set_aside
    assert (aside.position, aside.transaction, incoming.ids) == (2, bad, ["t-1"])
    assert aside.problems[0].rule == rule
    assert told in aside.problems[0].detail


def test_every_reason_is_given_not_only_the_first():
    bad = with_(amount=-1, timestamp="soon", features={"V1": None, "V9": 1})
    assert set(rules(checked(bad))) == {
        "amount", "timestamp", "features_missing", "features_not_finite",
    }  # fmt: skip


def test_the_first_of_a_repeated_id_is_kept_and_the_others_say_whether_they_differ():
    incoming = checked(GOOD, with_(), with_(amount=13.0))
    assert incoming.amounts.tolist() == [12.5]
    assert rules(incoming) == ["id_repeated", "id_conflicting"]
    assert "position 1 with other content" in incoming.set_aside[1].problems[0].detail


def test_a_bad_transaction_does_not_take_the_id_from_a_good_one():
    incoming = checked(with_(amount=-1), GOOD)
    assert (incoming.ids, rules(incoming)) == (["t-1"], ["amount"])


def test_a_transaction_without_a_category_has_none():
    batch = [without("category"), with_(id="t-2", category=None), with_(id="t-3", category=" \t")]
    assert checked(*batch).categories == [None, None, None]


def test_the_whitespace_around_ids_and_categories_does_not_count():
    incoming = checked(with_(id=" t-1\t", category="\xa0books "), with_())
    assert (incoming.ids, incoming.categories) == (["t-1"], ["books"])
    assert rules(incoming) == ["id_conflicting"]


def test_a_timestamp_outside_the_day_is_set_aside_with_the_day_that_it_is_of():
    laws = BatchLaws(COLUMNS, DayWindow(date(2026, 11, 21), 2))
    inside = [with_(id=f"t-{n}", timestamp=f"2026-11-{t}:00Z") for n, t in enumerate(
        ["20T22:00", "21T00:00", "21T23:59", "22T01:59"])]  # fmt: skip
    outside = [with_(id=f"o-{n}", timestamp=stamp) for n, stamp in enumerate(
        ["2026-11-20T21:59:59Z", "2026-11-22T02:00:00Z", "2024-01-01T09:30:00+09:00"])]  # fmt: skip
    incoming = checked(*inside, *outside, laws=laws)
    assert incoming.ids == ["t-0", "t-1", "t-2", "t-3"]
    assert rules(incoming) == [OTHER_DAY] * 3
    told = incoming.set_aside[-1].problems[0].detail
    assert "2026-11-21 in UTC, give or take 2 hours" in told
    assert told.endswith("is of 2024-01-01")


def test_fields_that_nothing_uses_are_counted_or_refused():
    batch = [with_(note=1), with_(id="t-2", Category="x", V1=2.0)]
    assert checked(*batch).ignored_fields == {"note": 1, "Category": 1, "V1": 1}
    assert checked(*batch).set_aside == []
    incoming = checked(*batch, laws=BatchLaws(COLUMNS, refuse_unknown_fields=True))
    assert rules(incoming) == ["field_unknown"] * 2
    assert "'Category' (did you mean category?)" in incoming.set_aside[1].problems[0].detail
    assert "belongs into features" in incoming.set_aside[1].problems[0].detail


def test_a_batch_of_none_is_a_batch():
    incoming = checked()
    assert (incoming.ids, incoming.set_aside, incoming.received) == ([], [], 0)
    assert incoming.model_rows().shape == (0, 4)


mostly_good = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["a", "b", ""]) | anything,
        "timestamp": st.just(GOOD["timestamp"]) | anything,
        "amount": st.floats(0, 1e6) | anything,
        "category": st.none() | st.text() | anything,
        "features": st.fixed_dictionaries({"V1": st.floats(), "V2": st.floats()}) | anything,
    }
)


@given(st.lists(mostly_good | anything, max_size=12))
def test_whatever_comes_every_transaction_is_either_kept_finite_or_set_aside(transactions):
    incoming = checked(*transactions)
    asides = {one.position for one in incoming.set_aside}
    assert len(incoming.ids) + len(asides) == len(transactions)
    kept = [t for at, t in enumerate(transactions, 1) if at not in asides]
    assert [t["id"] for t in kept] == incoming.ids
    assert len(set(incoming.ids)) == len(incoming.ids)
    assert incoming.model_rows().shape == (len(kept), 4)
    assert np.isfinite(incoming.model_rows()).all()
    assert all(one.problems for one in incoming.set_aside)
    json.dumps([problem for one in incoming.set_aside for problem in one.problems]).encode()
