"""A step adds what it promises, learns from the rows it is given, and is the same after a load."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.gappy_rows import gappy_rows
from fakes.labelled_rows import COLUMNS, fake_rows
from foundation.errors import InvalidData
from fraud.data.labelled_rows import LabelledRows
from fraud.features.steps import STEPS, FittedSteps
from fraud.features.steps.amount_steps import AmountBins, LogAmount, RobustAmount
from fraud.features.steps.hour_cycle import HourCycle
from fraud.features.steps.interactions import Interactions, separation

every_step = pytest.mark.parametrize("name", STEPS)
ALL = tuple(kind() for kind in STEPS.values())


def rows_of(column: int, values: list[float]) -> LabelledRows:
    """Training rows of which one column has these values; the first half are frauds."""
    rows = np.zeros((len(values), len(COLUMNS)))
    rows[:, column] = values
    labels = (np.arange(len(values)) < len(values) / 2).astype(np.int8)
    return LabelledRows(COLUMNS, rows, labels)


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
    again = FittedSteps.from_states([step], json.loads(json.dumps(chain.states())))
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


def test_log_amount_is_the_logarithm_of_one_plus_the_amount() -> None:
    train = rows_of(-2, [0, np.e - 1, np.e**2 - 1, -3])
    assert LogAmount().fit(train).added(train.rows)[:, 0] == pytest.approx([0, 1, 2, 0])


def test_robust_amount_counts_interquartile_ranges_from_the_median() -> None:
    train = rows_of(-2, [0, 10, 20, 30, 1e6])
    assert RobustAmount().fit(train).added(train.rows)[:3, 0] == pytest.approx([-1, -0.5, 0])


def test_robust_amount_of_one_amount_only_is_zero() -> None:
    train = rows_of(-2, [5, 5, 5, 5])
    assert np.array_equal(RobustAmount().fit(train).added(train.rows)[:, 0], np.zeros(4))


def test_midnight_lies_where_it_does_on_any_day_and_opposite_noon() -> None:
    train = rows_of(-1, [0, 43_200, 86_400, 21_600])
    points = HourCycle().fit(train).added(train.rows)
    expected = [[0, 1], [0, -1], [0, 1], [1, 0]]
    np.testing.assert_allclose(points, expected, atol=1e-12)


@given(bins=st.integers(2, 40))
def test_bins_of_distinct_amounts_hold_equally_many_rows(bins: int) -> None:
    train = rows_of(-2, [float(n) for n in range(bins * 7)])
    numbers = AmountBins(bins=bins).fit(train).added(train.rows)[:, 0]
    assert np.bincount(numbers.astype(int)).tolist() == [7] * bins


def test_bin_numbers_rise_with_the_amount_beyond_those_of_training_too() -> None:
    fitted = AmountBins(bins=4).fit(rows_of(-2, [1, 2, 3, 4, 5, 6, 7, 8]))
    numbers = fitted.added(rows_of(-2, [-100, 1, 4, 8, 1e9]).rows)[:, 0]
    assert numbers.tolist() == [0, 0, 1, 3, 3]


def test_interactions_multiply_the_columns_that_tell_most() -> None:
    train = fake_rows(1)
    chosen = Interactions(pairs=1).fit(train)
    assert chosen.sources(COLUMNS) == {"V1 × V2": ("V1", "V2")}
    assert np.array_equal(chosen.added(train.rows)[:, 0], train.rows[:, 0] * train.rows[:, 1])


def test_interactions_leave_the_clock_and_categories_alone() -> None:
    train = gappy_rows(1)
    sources = Interactions(pairs=300).fit(train).sources(train.columns)
    used = {source for pair in sources.values() for source in pair}
    assert used == {"V1", "V2", "V3", "V4", "Amount"}
    assert len(sources) == 10


@given(seed=st.integers(0, 2**32 - 1), missing=st.floats(0, 0.9))
def test_separation_is_that_of_scikit_learns_roc_auc(seed: int, missing: float) -> None:
    from sklearn.metrics import roc_auc_score

    random = np.random.default_rng(seed)
    values = random.integers(0, 12, size=60).astype(float)
    labels = np.arange(60) % 3 == 0
    values[(random.random(60) < missing) & (np.arange(60) > 2)] = np.nan
    known = ~np.isnan(values)
    expected = abs(roc_auc_score(labels[known], values[known]) - 0.5)
    assert separation(values, labels) == pytest.approx(expected, abs=1e-12)
    assert separation(-values, labels) == pytest.approx(expected, abs=1e-12)


def test_a_column_without_known_frauds_tells_nothing() -> None:
    assert separation(np.array([np.nan, 1.0, 2.0]), np.array([True, False, False])) == 0


@pytest.mark.parametrize("state", [{"edges": "abc"}, {"edges": [1.0], "more": 1}, {}])
def test_a_state_of_something_else_is_refused(state: dict[str, object]) -> None:
    with pytest.raises(InvalidData, match="not the state of the feature step amount_bins"):
        AmountBins().restored(state)


def test_as_many_states_as_steps_are_needed() -> None:
    with pytest.raises(InvalidData, match="5 steps and 1 states"):
        FittedSteps.from_states(ALL, [{}])
