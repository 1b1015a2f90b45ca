"""Incoming transactions: the good are kept exactly, the bad are set aside with every reason."""

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraud.scoring.model_columns import ModelColumns
from fraud.scoring.requests import Incoming, check_transactions, seconds_of_day

COLUMNS = ModelColumns(("V1", "V2", "Amount", "Time"))
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


def checked(*transactions: object) -> Incoming:
    return check_transactions(transactions, range(1, len(transactions) + 1), COLUMNS)


def rules(incoming: Incoming) -> list[str]:
    return [problem.rule for one in incoming.set_aside for problem in one.problems]


def test_a_good_transaction_becomes_features_amount_and_seconds_of_its_day():
    assert checked(GOOD).model_rows().tolist() == [[-1.5, 3.0, 12.5, 9.5 * 3600]]


def test_features_are_taken_by_name_whatever_their_order():
    swapped = checked(with_(features={"V2": 3, "V1": -1.5}))
    np.testing.assert_array_equal(swapped.features, checked(GOOD).features)


@pytest.mark.parametrize(
    ("bad", "rule", "told"),
    [
        (7, "object", "a transaction is an object, not 7"),
        (with_(id=""), "id", "id is a string of 1 to 1,024 bytes, not ''"),
        (with_(id=17), "id", "not 17"),
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
        (with_(category=None), "category", "not None"),
        (with_(features=[1, 2]), "features", "features is an object, not [1, 2]"),
        (with_(features={"V1": 1.0}), "features_missing", "features lacks V2"),
        (with_(features={"V1": 1.0, "V2": 1.0, "V9": 0}), "features_unknown", "no feature 'V9'"),
        (with_(features={"V1": "a", "V2": 1.0}), "features_not_finite", "V1 is 'a'"),
        (with_(features={"V1": 0, "V2": float("nan")}), "features_not_finite", "V2 is nan"),
        (with_(features={"V1": 0, "V2": 10**400}), "features_not_finite", "finite numbers"),
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
        "amount", "timestamp", "features_missing", "features_unknown", "features_not_finite",
    }  # fmt: skip


def test_the_first_of_a_repeated_id_is_kept_and_the_others_say_whether_they_differ():
    incoming = checked(GOOD, with_(), with_(amount=13.0))
    assert incoming.amounts.tolist() == [12.5]
    assert rules(incoming) == ["id_repeated", "id_conflicting"]
    assert "position 1 with other content" in incoming.set_aside[1].problems[0].detail


def test_a_bad_transaction_does_not_take_the_id_from_a_good_one():
    incoming = checked(with_(amount=-1), GOOD)
    assert (incoming.ids, rules(incoming)) == (["t-1"], ["amount"])


@given(
    st.datetimes(),
    st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_the_time_of_day_is_that_of_utc(moment, zone):
    local = moment.replace(tzinfo=zone)
    if datetime(1, 1, 3) < moment < datetime(9999, 12, 29):
        utc = local.astimezone(UTC)
        midnight = utc.replace(hour=0, minute=0, second=0, microsecond=0)
        assert seconds_of_day(local) == pytest.approx((utc - midnight).total_seconds(), abs=1e-6)
    assert 0 <= seconds_of_day(local) < 86_400


MIXED = ModelColumns(
    ("Age", "Visits", "Channel", "Amount", "Time"),
    {"Channel": ("web", "till")},
    frozenset({"Age"}),
)
MIXED_FEATURES = {"Age": 41, "Visits": 3, "Channel": "till"}


def mixed(**features: object) -> Incoming:
    return check_transactions([with_(features=features)], [1], MIXED)


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        ({}, [41, 3, 1]),
        ({"Channel": "web"}, [41, 3, 0]),
        ({"Channel": "pigeon"}, [41, 3, np.nan]),
        ({"Channel": ""}, [41, 3, np.nan]),
        ({"Channel": None}, [41, 3, np.nan]),
        ({"Age": None}, [np.nan, 3, 1]),
    ],
)
def test_texts_become_codes_and_what_is_unknown_or_null_is_missing(changes, row):
    incoming = mixed(**{**MIXED_FEATURES, **changes})
    assert incoming.set_aside == []
    np.testing.assert_array_equal(incoming.features, [row])


def test_what_may_be_missing_may_also_be_absent():
    incoming = mixed(Visits=3)
    np.testing.assert_array_equal(incoming.model_rows()[0, :3], [np.nan, 3, np.nan])


@pytest.mark.parametrize(
    ("changes", "rule", "told"),
    [
        ({"Channel": 7}, "features_not_text", "Channel takes text, or null where it is missing; "
         "Channel is 7"),
        ({"Channel": True}, "features_not_text", "Channel is True"),
        ({"Age": "41"}, "features_not_finite", "Age is '41'"),
        ({"Age": float("nan")}, "features_not_finite", "Age is nan"),
        ({"Age": 10**400}, "features_not_finite", "features are finite numbers; Age is 1"),
        ({"Visits": None}, "features_not_finite", "Visits is None"),
        ({"Country": "BE"}, "features_unknown", "no feature 'Country'"),
    ],
)  # fmt: skip
def test_a_feature_of_another_kind_is_set_aside_with_the_reason(changes, rule, told):
    (aside,) = mixed(**{**MIXED_FEATURES, **changes}).set_aside
    assert [problem.rule for problem in aside.problems] == [rule]
    assert told in aside.problems[0].detail


def test_a_number_that_may_not_be_missing_may_not_be_absent():
    (aside,) = mixed(Age=41, Channel="web").set_aside
    assert [problem.detail for problem in aside.problems] == ["features lacks Visits"]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
mostly_good = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["a", "b", ""]) | anything,
        "timestamp": st.just(GOOD["timestamp"]) | anything,
        "amount": st.floats(0, 1e6) | anything,
        "category": st.text() | anything,
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


mixed_features = st.dictionaries(
    st.sampled_from([*MIXED_FEATURES, "Country"]), st.sampled_from(["web", "x"]) | anything
)


@given(st.lists(mixed_features | st.just(MIXED_FEATURES), max_size=8))
def test_whatever_the_features_are_what_is_kept_has_numbers_where_they_are_needed(features):
    batch = [with_(id=f"t-{n}", features=one) for n, one in enumerate(features)]
    incoming = check_transactions(batch, range(len(batch)), MIXED)
    assert len(incoming.ids) + len(incoming.set_aside) == len(batch)
    rows = incoming.model_rows()
    assert rows.shape == (len(incoming.ids), 5)
    assert np.isfinite(rows[:, [1, 3, 4]]).all()
    assert not np.isinf(rows).any()
    assert np.isin(rows[~np.isnan(rows[:, 2]), 2], [0, 1]).all()
