"""History features tell the past of an entity as a loop would, and nothing of its future."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import InvalidData, InvalidParams
from fraud.data.roles import RoleMissing, Roles
from fraud.features.history import (
    DAY_SECONDS,
    DelayedRisk,
    SpendingWindows,
    history_columns,
    history_step,
    is_history_step,
    require_described,
)

SPENDING = SpendingWindows(days=(1, 3))
RISK = DelayedRisk(days=(1, 3), delay_days=2)
STEPS = (SPENDING, RISK)
every_step = pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)

# Quarters of days, so that many transactions share a second or lie on the edge of a window; and
# moments between, that only just do or do not.
moments = st.one_of(
    st.integers(0, 40).map(lambda quarter: quarter * DAY_SECONDS / 4),
    st.floats(0, 10 * DAY_SECONDS),
)
transactions = st.lists(
    st.tuples(st.sampled_from("abc"), moments, st.floats(0, 1e4), st.integers(0, 1)),
    min_size=1,
    max_size=40,
)


def computed(step, rows):
    keys, times, amounts, labels = zip(*rows, strict=True)
    return history_columns(
        step,
        keys=list(keys),
        times=np.array(times),
        amounts=np.array(amounts),
        labels=np.array(labels, dtype=np.int8),
    )


def spent_lately(rows, own, days):
    key, now, amount, _ = rows[own]
    lately = [
        row[2] for row in rows if row[0] == key and now - days * DAY_SECONDS < row[1] < now
    ] + [amount]
    return len(lately), sum(lately) / len(lately)


def risk_known(rows, own, days):
    key, now, *_ = rows[own]
    known = now - RISK.delay_days * DAY_SECONDS
    labels = [
        row[3] for row in rows if row[0] == key and known - days * DAY_SECONDS < row[1] <= known
    ]
    return len(labels), sum(labels) / max(len(labels), 1)


@pytest.mark.parametrize(
    ("step", "by_hand"), [(SPENDING, spent_lately), (RISK, risk_known)], ids=["spending", "risk"]
)
@given(rows=transactions)
def test_the_columns_are_those_of_a_loop_over_all_transactions(step, by_hand, rows):
    columns = computed(step, rows)
    assert list(columns) == step.columns()
    for days in step.days:
        pair = [name for name in columns if name.endswith(f"_{days}d")]
        found = np.column_stack([columns[name] for name in pair])
        expected = [by_hand(rows, own, days) for own in range(len(rows))]
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-8)


@given(rows=transactions, data=st.data())
def test_what_happens_later_changes_nothing_to_the_last_bit(rows, data):
    own = data.draw(st.integers(0, len(rows) - 1))
    now, before = rows[own][1], computed(SPENDING, rows)
    changed = [
        row if at == own or row[1] < now else (row[0], row[1], row[2] * 3 + 1, 1 - row[3])
        for at, row in enumerate(rows)
    ]
    after = computed(SPENDING, changed)
    assert all(before[name][own] == after[name][own] for name in before)


@given(rows=transactions, data=st.data())
def test_a_label_changes_nothing_before_its_delay_has_passed(rows, data):
    own = data.draw(st.integers(0, len(rows) - 1))
    known = rows[own][1] - RISK.delay_days * DAY_SECONDS
    changed = [row if row[1] <= known else (*row[:2], row[2] * 3 + 1, 1 - row[3]) for row in rows]
    before, after = computed(RISK, rows), computed(RISK, changed)
    assert all(before[name][own] == after[name][own] for name in before)


@every_step
@given(rows=transactions, random=st.randoms(use_true_random=False))
def test_the_order_of_the_file_does_not_matter(step, rows, random):
    order = list(range(len(rows)))
    random.shuffle(order)
    columns, shuffled = computed(step, rows), computed(step, [rows[at] for at in order])
    for name in columns:
        np.testing.assert_array_equal(columns[name][order], shuffled[name])


@every_step
@given(rows=transactions)
def test_another_entity_changes_nothing_to_the_last_bit(step, rows):
    alone = [row for row in rows if row[0] == "a"]
    if alone:
        columns, among_others = computed(step, alone), computed(step, rows)
        mine = [row[0] == "a" for row in rows]
        for name in columns:
            np.testing.assert_array_equal(columns[name], among_others[name][mine])


def test_a_past_worked_by_hand():
    day = DAY_SECONDS
    rows = [("a", 0, 10, 1), ("b", 0, 99, 1), ("a", day / 2, 20, 0), ("a", 2.5 * day, 60, 0)]
    spending, risk = computed(SPENDING, rows), computed(RISK, rows)
    assert spending["customer_count_1d"].tolist() == [1, 1, 2, 1]
    assert spending["customer_mean_amount_3d"].tolist() == [10, 99, 15, 30]
    assert risk["terminal_known_count_1d"].tolist() == [0, 0, 0, 2]
    assert risk["terminal_risk_1d"].tolist() == [0, 0, 0, 0.5]


def test_two_transactions_of_a_second_do_not_see_each_other():
    rows = [("a", 5, 10, 1), ("a", 5, 30, 0)]
    assert computed(SPENDING, rows)["customer_count_1d"].tolist() == [1, 1]
    assert computed(SPENDING, rows)["customer_mean_amount_1d"].tolist() == [10, 30]


def test_a_time_that_is_not_finite_is_refused():
    with pytest.raises(InvalidData, match="finite time"):
        computed(SPENDING, [("a", float("nan"), 1, 0)])


# As YAML gives them


def test_a_step_is_named_alone_or_with_what_it_is_told():
    assert history_step("spending_windows", source="sets") == SpendingWindows()
    told = {"delayed_risk": {"entity": "shop", "days": [2], "delay_days": 3}}
    assert history_step(told, source="sets") == DelayedRisk(entity="shop", days=(2,), delay_days=3)
    assert history_step(told, source="sets").columns() == ["shop_known_count_2d", "shop_risk_2d"]


def test_a_past_needs_a_time_and_spending_an_amount_too():
    known = {"keys": ["ann", "ann"], "times": np.array([0.0, 9.0]), "labels": np.array([1, 0])}
    assert history_columns(RISK, amounts=None, **known).keys() == set(RISK.columns())
    with pytest.raises(RoleMissing, match=r"\(spending_windows\) needs the amount"):
        history_columns(SPENDING, amounts=None, **known)


@pytest.mark.parametrize(
    ("steps", "roles", "line"),
    [
        ((SPENDING,), Roles("euros", None), "time: COLUMN"),
        ((RISK,), Roles("euros", None), "time: COLUMN"),
        ((RISK, SPENDING), Roles(None, "second"), "amount: COLUMN"),
    ],
)
def test_steps_that_the_data_cannot_serve_are_refused_with_the_line_to_add(steps, roles, line):
    with pytest.raises(RoleMissing, match=f"add the line `{line}` to params/data/shop.yaml"):
        require_described(steps, roles, data="shop")


def test_steps_that_the_data_can_serve_are_fine():
    require_described((RISK,), Roles(None, "second"), data="shop")
    require_described((), Roles(None, None), data="shop")


def test_steps_of_other_modules_are_told_apart():
    assert is_history_step("delayed_risk")
    assert is_history_step({"spending_windows": {"entity": "customer"}})
    assert not is_history_step("log_amount")
    assert not is_history_step({"amount_bins": {"bins": 20}})


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ("spending", "is not a history step; write one of spending_windows, delayed_risk"),
        ({"spending_windows": {}, "delayed_risk": {}}, "each alone"),
        ({"spending_windows": {"days": []}}, "days: "),
        ({"spending_windows": {"days": [7, 7]}}, "each length of window is named once"),
        ({"spending_windows": {"days": [0]}}, "days.0: "),
        ({"delayed_risk": {"delay_days": 0}}, "delay_days: "),
        ({"delayed_risk": {"delay": 7}}, "did you mean delay_days?"),
        ({"delayed_risk": {"entity": "Terminal Id"}}, "entity: "),
    ],
)
def test_a_step_that_cannot_be_meant_is_refused(step, problem):
    with pytest.raises(InvalidParams) as refusal:
        history_step(step, source="sets")
    assert problem in str(refusal.value)
