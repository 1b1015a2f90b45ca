"""Churn counts each decision that would change, and holds nothing up."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.batch_file import BatchFile
from catalog.batch_rules import BatchRules
from fakes.data.labelled_rows import COLUMNS, fitted
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from foundation import locations
from foundation.executions import Execution
from foundation.production.config import ABOVE_ALL
from fraud.model.fraud_model import FraudModel
from fraud.scoring.model_columns import ModelColumns
from fraud.scoring.requests import check_transactions
from promotion.comparison.churn import (
    NO_DAYS,
    Churn,
    DeliveredDay,
    PreviousModel,
    compute_churn,
    day_churn,
    last_days,
)

SETTINGS = fake_settings()
DAY = date(2026, 11, 21)
BEFORE = fitted("logistic_regression")
AFTER = fitted("random_forest")
NOTHING = PreviousModel("nothing", None)

features = st.fixed_dictionaries(dict.fromkeys(COLUMNS[:-2], st.floats(-5, 5)))
transactions = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.text("abcdef0123", min_size=1, max_size=3),
            "timestamp": st.just("2026-11-21T09:30:00Z"),
            "amount": st.one_of(st.floats(0, 1000), st.just(-1.0)),
            "category": st.just("online"),
            "features": features,
        }
    ),
    max_size=30,
)


def batch_of(rows: list[dict[str, Any]]) -> BatchFile:
    return BatchFile(rows, list(range(1, len(rows) + 1)))


def transaction(number: int, *, amount: float = 10.0, risk: float = 0.0) -> dict[str, Any]:
    """One whose risk is in its first feature."""
    return {
        "id": f"t{number}", "timestamp": "2026-11-21T09:30:00Z", "amount": amount,
        "category": "online", "features": {"V1": risk, "V2": -risk, "V3": 0.0, "V4": 0.0},
    }  # fmt: skip


def flagged_by_hand(rows: list[dict[str, Any]], model: FraudModel) -> dict[str, float]:
    """The id and amount of each transaction that a model flags, one row at a time."""
    columns, found = ModelColumns.of(model), {}
    accepted = check_transactions(rows, list(range(len(rows))), columns)
    for place, id_ in enumerate(accepted.ids):
        [score] = model.scores(accepted.model_rows()[place : place + 1])
        if score >= model.threshold:
            found[id_] = float(accepted.amounts[place])
    return found


def execution_with(**batches: bytes) -> tuple[FakeObjectStore, Execution]:
    store = FakeObjectStore()
    for day, data in batches.items():
        store.write(SETTINGS.data_bucket, f"daily-batches/{day.removeprefix('d')}.json", data)
    return store, Execution("interactive-test", store, SETTINGS)


@given(transactions)
def test_every_decision_that_changes_is_counted_once(rows: list[dict[str, Any]]) -> None:
    found = day_churn(DeliveredDay(DAY, batch_of(rows)), BEFORE, AFTER)
    before, after = flagged_by_hand(rows, BEFORE), flagged_by_hand(rows, AFTER)
    newly = {id_: amount for id_, amount in after.items() if id_ not in before}
    released = {id_: amount for id_, amount in before.items() if id_ not in after}
    for tally, by_hand in (
        (found.before, before), (found.after, after), (found.newly_flagged, newly),
        (found.released, released),
    ):  # fmt: skip
        assert tally.count == len(by_hand)
        assert tally.amount == pytest.approx(sum(by_hand.values()))
    assert found.before.count + found.newly_flagged.count - found.released.count == (
        found.after.count
    )
    accepted = check_transactions(rows, list(range(len(rows))), ModelColumns.of(AFTER))
    assert found.received - found.set_aside == len(accepted.ids)


def test_the_same_model_changes_nothing() -> None:
    rows = [transaction(number, risk=number / 4) for number in range(20)]
    found = day_churn(DeliveredDay(DAY, batch_of(rows)), AFTER, AFTER)
    assert found.before == found.after
    assert found.before.count > 0
    assert (found.newly_flagged.count, found.released.count) == (0, 0)


def test_without_a_former_model_everything_flagged_is_new() -> None:
    rows = [transaction(number, risk=4.0, amount=2.5) for number in range(4)]
    found = day_churn(DeliveredDay(DAY, batch_of(rows)), None, AFTER)
    assert (found.before.count, found.newly_flagged) == (0, found.after)
    assert (found.after.count, found.after.amount) == (4, 10.0)


def test_what_only_one_of_them_can_score_is_set_aside() -> None:
    columns = (*COLUMNS[:-2], "V5", *COLUMNS[-2:])
    described = AFTER.description.model_copy(update={"columns": columns})
    wider = replace(AFTER, description=described)
    rows = [transaction(number, risk=4.0) for number in range(3)]
    found = day_churn(DeliveredDay(DAY, batch_of(rows)), AFTER, wider)
    assert (found.received, found.set_aside, found.after.count) == (3, 3, 0)


def test_what_production_would_set_aside_is_set_aside() -> None:
    rows = [transaction(number, risk=4.0) for number in range(3)]
    of_another_day = {**transaction(3, risk=4.0), "timestamp": "2026-11-19T09:30:00Z"}
    found = day_churn(DeliveredDay(DAY, batch_of([*rows, of_another_day])), None, AFTER)
    assert (found.received, found.set_aside, found.after.count) == (4, 1, 3)
    strict = BatchRules(unknown_fields="refuse")
    strange = DeliveredDay(DAY, batch_of([*rows[:2], {**rows[2], "shop": "x"}]), strict)
    assert day_churn(strange, None, AFTER).set_aside == 1


def test_the_days_are_read_and_added_up() -> None:
    rows = [transaction(number, risk=4.0) for number in range(3)]
    of_the_day_before = {**rows[0], "timestamp": "2026-11-20T09:30:00Z"}
    lines = "\n".join(map(json.dumps, rows)).encode()
    store, execution = execution_with(
        **{"d2026-11-20": json.dumps([of_the_day_before]).encode(), "d2026-11-21": lines}
    )
    days = last_days(7, store, SETTINGS)
    found = compute_churn(NOTHING, AFTER, execution, days)
    assert [day.after.count for day in found.days] == [1, 3]
    assert (found.total("newly_flagged").count, found.total("newly_flagged").amount) == (4, 40.0)
    table = found.table()
    assert table["day"].to_list() == ["2026-11-20", "2026-11-21", "in all"]
    assert table["newly_flagged_amount"].to_list() == [10.0, 30.0, 40.0]
    assert "Of 4 transactions of the last 2 days, 4 would be flagged newly" in found.sentence()
    assert "nothing flags 0, the candidate 4" in found.sentence()
    assert Churn.model_validate_json(found.to_json()) == found


def test_each_model_decides_at_its_own_threshold_and_the_sentence_says_so() -> None:
    rows = [transaction(number, risk=4.0) for number in range(3)]
    _, execution = execution_with(**{"d2026-11-21": json.dumps(rows).encode()})
    former = PreviousModel("the deployed model", BEFORE.with_threshold(0.5))
    found = compute_churn(former, AFTER.with_threshold(ABOVE_ALL), execution, [DAY])
    assert (found.total("before").count, found.total("after").count) == (3, 0)
    own = "each at its own threshold (0.500 and above 1 (which flags nothing))"
    assert found.sentence().endswith(f"flags 3, the candidate 0, {own}.")
    assert found.override is None


def test_a_threshold_that_a_person_set_decides_for_both_and_the_sentence_says_so() -> None:
    rows = [transaction(number, risk=4.0) for number in range(3)]
    _, execution = execution_with(**{"d2026-11-21": json.dumps(rows).encode()})
    former = PreviousModel("the deployed model", BEFORE.with_threshold(ABOVE_ALL))
    candidate = AFTER.with_threshold(ABOVE_ALL)
    found = compute_churn(former, candidate, execution, [DAY], override=0.0)
    assert (found.total("before").count, found.total("after").count) == (3, 3)
    assert found.sentence().endswith("at threshold 0.000, set in params/inference/alert.yaml.")


def test_a_churn_from_before_thresholds_were_recorded_is_still_told() -> None:
    old = {"former": "the old one", "days": [], "problems": []}
    assert Churn.model_validate(old).decided_at == ""


def test_only_the_newest_days_count() -> None:
    batches = {f"d{DAY - timedelta(days=number)}": b"[1]" for number in range(5)}
    store, _ = execution_with(**batches)
    assert last_days(2, store, SETTINGS) == [DAY - timedelta(days=1), DAY]
    assert last_days(99, store, SETTINGS)[-1] == DAY
    assert last_days(0, store, SETTINGS) == []


def test_a_batch_that_cannot_be_read_is_named_and_holds_nothing_up() -> None:
    good = json.dumps([transaction(1, risk=4.0)]).encode()
    store, execution = execution_with(**{"d2026-11-20": b"{", "d2026-11-21": good})
    found = compute_churn(NOTHING, AFTER, execution, last_days(7, store, SETTINGS))
    assert [day.day for day in found.days] == [DAY]
    assert len(found.problems) == 1
    assert "2026-11-20 was left out" in found.problems[0]


def test_a_batch_that_went_away_meanwhile_is_named() -> None:
    found = compute_churn(NOTHING, AFTER, execution_with()[1], [DAY])
    assert found.days == []
    assert str(locations.daily_batch_key(DAY)) in found.problems[0]


def test_without_any_batch_it_says_so() -> None:
    store, execution = execution_with()
    found = compute_churn(
        PreviousModel("the old one", BEFORE), AFTER, execution, last_days(7, store, SETTINGS)
    )
    assert found.problems == [NO_DAYS]
    assert not found.sentence()  # the problems are told beside it
    assert found.table().height == 0
