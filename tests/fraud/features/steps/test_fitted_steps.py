"""A chain of steps adds columns only, row by row, and is the same after a load."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.data.labelled_rows import COLUMNS, ROLES, fake_rows
from fakes.data.rows_with_gaps import gappy_rows
from fakes.data.rows_with_roles import every_roles, rows_with_roles
from foundation.errors import InvalidData
from fraud.data.roles import RoleMissing, Roles
from fraud.features.steps import STEPS, FittedSteps
from fraud.features.steps.amount_steps import LogAmount
from fraud.features.steps.interactions import Interactions

every_step = pytest.mark.parametrize("name", STEPS)
ALL = tuple(kind() for kind in STEPS.values())


@every_step
def test_columns_are_added_before_the_amount_and_all_others_stay(name: str) -> None:
    train = fake_rows(1)
    wider = FittedSteps.fit([STEPS[name]()], train).widened(train)
    added = len(wider.columns) - len(COLUMNS)
    assert added > 0
    assert (*wider.columns[:4], *wider.columns[-2:]) == COLUMNS
    kept = np.delete(wider.rows, range(4, 4 + added), axis=1)
    assert np.array_equal(kept, train.rows)


@every_step
def test_no_two_columns_have_one_name(name: str) -> None:
    train = gappy_rows(1)
    columns = FittedSteps.fit([STEPS[name]()], train).widened(train).columns
    assert len(set(columns)) == len(columns)


@every_step
@given(seed=st.integers(0, 2**32 - 1))
def test_a_state_that_went_through_json_adds_the_same_bits(name: str, seed: int) -> None:
    step = STEPS[name]()
    chain = FittedSteps.fit([step], fake_rows(seed, 30))
    again = FittedSteps.from_states([step], json.loads(json.dumps(chain.states())), ROLES)
    rows = fake_rows(seed + 1, 20).rows
    assert again == chain
    assert np.array_equal(again.apply(rows), chain.apply(rows))


@every_step
def test_a_row_is_widened_alone_as_among_others(name: str) -> None:
    train = gappy_rows(1)
    chain = FittedSteps.fit([STEPS[name]()], train)
    alone = np.vstack([chain.apply(train.rows[n : n + 1]) for n in range(100)])
    assert np.array_equal(alone, chain.apply(train.rows[:100]), equal_nan=True)


@every_step
def test_what_is_made_of_missing_values_is_missing_and_nothing_else_is(name: str) -> None:
    train = gappy_rows(1)
    wider = FittedSteps.fit([STEPS[name]()], train).widened(train)
    added = set(wider.columns) - set(train.columns)
    gaps = {
        column for column in added if np.isnan(wider.rows[:, wider.columns.index(column)]).any()
    }
    assert gaps == added & wider.may_miss


@every_step
def test_the_rows_given_are_left_as_they_were(name: str) -> None:
    train = fake_rows(1)
    before = train.rows.copy()
    FittedSteps.fit([STEPS[name]()], train).widened(train)
    assert np.array_equal(train.rows, before)


@every_step
def test_an_amount_that_is_always_missing_stays_missing(name: str) -> None:
    train = gappy_rows(1)
    train.rows[:, -2] = np.nan
    wider = FittedSteps.fit([STEPS[name]()], train).widened(train)
    assert not np.isinf(wider.rows).any()


def test_later_steps_build_on_the_columns_of_earlier_ones() -> None:
    train = fake_rows(1)
    # Only the new column tells anything, so each product must be made of it.
    train.rows[:, :4] = 0
    train.rows[:, -2] = np.where(train.labels == 1, np.e**3, np.e) - 1
    chain = FittedSteps.fit([LogAmount(), Interactions(pairs=1)], train)
    assert chain.widened(train).columns[4:6] == ("log(1 + Amount)", "log(1 + Amount) × Amount")
    assert chain.apply(train.rows)[:, 5] == pytest.approx(np.log1p(train.amounts) * train.amounts)


def test_as_many_states_as_steps_are_needed() -> None:
    with pytest.raises(InvalidData, match="5 steps and 1 states"):
        FittedSteps.from_states(ALL, [{}], ROLES)


@every_step
@given(roles=every_roles, seed=st.integers(0, 2**32 - 1))
def test_a_step_adds_the_same_columns_wherever_its_own_stand(
    name: str, roles: Roles, seed: int
) -> None:
    step, train = STEPS[name](), rows_with_roles(roles, seed, 40)
    if step.needs in roles.missing:
        with pytest.raises(RoleMissing, match=f"The feature step {name} needs the {step.needs}"):
            step.fit(train)
        return
    chain = FittedSteps.fit([step], train)
    states = json.loads(json.dumps(chain.states()))
    assert FittedSteps.from_states([step], states, roles) == chain
    wider = chain.widened(train)
    assert wider.columns[len(wider.columns) - len(roles.columns) :] == roles.columns
    if step.needs is not None:  # a step of the amount or the time looks at nothing else
        whole = FittedSteps.fit([step], fake_rows(seed, 40)).widened(fake_rows(seed, 40))
        added = wider.columns[4 : len(wider.columns) - len(roles.columns)]
        assert added == whole.columns[4:-2]
        places = [wider.columns.index(column) for column in added]
        assert np.array_equal(wider.rows[:, places], whole.rows[:, 4:-2])


def test_only_a_step_without_a_time_writes_where_the_amount_stands() -> None:
    with_time, alone = (Roles("Amount", time) for time in ("Time", None))
    states = [
        FittedSteps.fit([LogAmount()], rows_with_roles(roles, 1, 40)).states()
        for roles in (with_time, alone)
    ]
    assert states == [[{}], [{"place": -1}]]
