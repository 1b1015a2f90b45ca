"""Features are learned from training rows only, and are the same numbers wherever they run."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.data.labelled_rows import fake_rows
from fakes.data.rows_with_gaps import gappy_rows
from fakes.data.rows_with_roles import every_roles, rows_with_roles
from foundation.errors import InvalidData
from fraud.data.labelled_rows import LabelledRows
from fraud.data.roles import NO_ROLES, Roles
from fraud.features.transforms import (
    TRANSFORMS,
    Standardised,
    TimeOfDay,
    Transform,
    transform_from_state,
)

every_transform = pytest.mark.parametrize("kind", TRANSFORMS.values(), ids=TRANSFORMS)
DAY = 86_400


@every_transform
@given(seed=st.integers(0, 2**32 - 1))
def test_a_state_that_went_through_json_transforms_to_the_same_bits(
    kind: type[Transform], seed: int
) -> None:
    transform = kind.fit(fake_rows(seed, 30))
    state = json.loads(json.dumps(transform.state()))
    again = transform_from_state(kind.name, state)
    rows = fake_rows(seed + 1, 20).rows
    assert np.array_equal(again.apply(rows), transform.apply(rows))


@every_transform
def test_a_row_is_transformed_alone_as_among_others(kind: type[Transform]) -> None:
    train = fake_rows(1)
    transform = kind.fit(train)
    alone = np.vstack([transform.apply(train.rows[n : n + 1]) for n in range(50)])
    np.testing.assert_allclose(alone, transform.apply(train.rows[:50]), rtol=1e-12, atol=1e-12)


@every_transform
def test_the_rows_given_are_left_as_they_were(kind: type[Transform]) -> None:
    train = fake_rows(1)
    before = train.rows.copy()
    kind.fit(train).apply(train.rows)
    assert np.array_equal(train.rows, before)


@every_transform
def test_only_the_time_of_day_counts(kind: type[Transform]) -> None:
    train = fake_rows(1)
    later = train.rows.copy()
    later[:, -1] += 3 * DAY
    transform = kind.fit(train)
    np.testing.assert_allclose(transform.apply(later), transform.apply(train.rows), atol=1e-9)


def test_time_of_day_changes_nothing_else() -> None:
    train = fake_rows(1)
    rows = TimeOfDay.fit(train).apply(train.rows)
    assert np.array_equal(rows[:, :-1], train.rows[:, :-1])
    assert np.array_equal(rows[:, -1], train.rows[:, -1] % DAY)


def test_standardised_training_rows_have_mean_0_and_deviation_1() -> None:
    train = fake_rows(1)
    rows = Standardised.fit(train).apply(train.rows)
    np.testing.assert_allclose(rows.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(rows.std(axis=0), 1)


def test_other_rows_are_measured_by_the_training_rows() -> None:
    train = fake_rows(1)
    shifted = LabelledRows(train.columns, train.rows + 1, train.labels, roles=train.roles)
    transform = Standardised.fit(train)
    assert transform.apply(shifted.rows)[:, 0].mean() == pytest.approx(
        1 / train.rows[:, 0].std(), rel=1e-9
    )


@pytest.mark.parametrize("constant", [0.0, 0.1, 1e6 + 0.1, -7.0])
def test_a_constant_column_becomes_zero(constant: float) -> None:
    train = fake_rows(1)
    train.rows[:, 0] = constant
    rows = Standardised.fit(train).apply(train.rows)
    np.testing.assert_allclose(rows[:, 0], 0, atol=1e-6)


def test_a_minute_before_midnight_lies_beside_midnight() -> None:
    train = fake_rows(1)
    rows = np.repeat(train.rows[:1], 3, axis=0)
    rows[:, -1] = [DAY - 60, 0, DAY / 2]
    before, midnight, noon = Standardised.fit(train).apply(rows)
    assert np.linalg.norm(before - midnight) < 0.01
    assert np.linalg.norm(noon - midnight) > 1


def test_the_amount_enters_as_its_logarithm() -> None:
    train = fake_rows(1)
    rows = np.repeat(train.rows[:1], 3, axis=0)
    rows[:, -2] = [0, np.e - 1, np.e**2 - 1]
    amounts = Standardised.fit(train).apply(rows)[:, -3]
    assert amounts[2] - amounts[1] == pytest.approx(amounts[1] - amounts[0])


def test_the_state_names_its_columns() -> None:
    assert Standardised.fit(fake_rows(1)).state()["columns"] == [
        "V1", "V2", "V3", "V4", "log(1 + Amount)", "sin(Time)", "cos(Time)",
    ]  # fmt: skip


def test_trees_see_gaps_and_codes_as_they_are() -> None:
    train = gappy_rows(1)
    rows = TimeOfDay.fit(train).apply(train.rows)
    assert np.array_equal(rows[:, :-1], train.rows[:, :-1], equal_nan=True)
    assert TimeOfDay.fit(train).discrete(train) == (2, 4)


def test_a_missing_value_becomes_the_mean_and_is_told_in_a_column() -> None:
    train = gappy_rows(1)
    transform = Standardised.fit(train)
    rows = transform.apply(train.rows)
    assert transform.gaps == (0, 3, 6)
    missing = np.isnan(train.rows[:, list(transform.gaps)])
    assert np.array_equal(rows[:, 7:10], missing)
    for column, place in ((0, 0), (2, 1), (4, 2)):  # V1, V3 and the amount among quantities
        assert np.all(rows[missing[:, place], column] == 0)
    np.testing.assert_allclose(rows[:, :7].mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(rows[:, :7].std(axis=0), 1)


def test_a_column_that_never_missed_has_no_column_to_tell_so() -> None:
    train = fake_rows(1)
    assert Standardised.fit(train).apply(train.rows).shape[1] == 7


def test_the_commonest_of_a_category_become_columns_and_the_rest_are_none_of_them() -> None:
    train = gappy_rows(1)
    transform = Standardised.fit(train)
    rows = np.repeat(train.rows[:1], 5, axis=0)
    rows[:, 2] = [0, 49, 50, 59, np.nan]
    shops = transform.apply(rows)[:, 10:60]
    assert shops.sum(axis=1).tolist() == [1, 1, 0, 0, 0]
    assert (shops[0, 0], shops[1, 49]) == (1, 1)
    assert transform.apply(rows).shape[1] == 10 + 50 + 3


def test_columns_of_zero_and_one_are_no_quantities() -> None:
    train = gappy_rows(1)
    transform = Standardised.fit(train)
    discrete = transform.discrete(train)
    assert discrete == tuple(range(7, 63))
    assert np.isin(transform.apply(train.rows)[:, list(discrete)], (0, 1)).all()


@every_transform
def test_a_column_without_any_value_is_no_obstacle(kind: type[Transform]) -> None:
    train = gappy_rows(1)
    train.rows[:, [0, 2]] = np.nan
    assert not np.isinf(kind.fit(train).apply(train.rows)).any()


@every_transform
def test_a_state_of_gaps_and_categories_comes_back_from_json(kind: type[Transform]) -> None:
    train = gappy_rows(1)
    transform = kind.fit(train)
    again = transform_from_state(kind.name, json.loads(json.dumps(transform.state())))
    assert again == transform
    applied = again.apply(train.rows)
    assert np.array_equal(applied, transform.apply(train.rows), equal_nan=True)


def test_a_state_from_before_there_were_gaps_and_categories_still_loads() -> None:
    state = {"columns": ["a", "b", "c"], "means": [0.0, 0.0, 0.0], "deviations": [1.0, 1.0, 1.0]}
    transform = transform_from_state("standardised", state)
    np.testing.assert_allclose(transform.apply(np.array([[0.0, 0.0]])), [[0, 0, 1]], atol=1e-12)


def test_an_unknown_transform_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InvalidData, match="did you mean standardised"):
        transform_from_state("standardized", {})


@every_transform
def test_a_state_of_something_else_is_refused(kind: type[Transform]) -> None:
    with pytest.raises(InvalidData, match="not the state"):
        transform_from_state(kind.name, {"medians": [1.0]})


def by_position(rows: np.ndarray) -> np.ndarray:
    """The inputs of Standardised, before scaling, of rows whose last two are amount and time."""
    angles = rows[:, -1] * (2 * np.pi / DAY)
    logged = np.log1p(np.maximum(rows[:, -2], 0.0))
    return np.column_stack([rows[:, :-2], logged, np.sin(angles), np.cos(angles)])


@given(seed=st.integers(0, 2**32 - 1))
def test_roles_of_the_last_two_columns_are_those_of_their_positions_to_the_bit(seed: int) -> None:
    train, rows = fake_rows(seed, 40), fake_rows(seed + 1, 20).rows
    transform = Standardised.fit(train)
    unscaled = by_position(train.rows)
    assert transform.means == tuple((unscaled.sum(axis=0) / len(unscaled)).tolist())
    expected = (by_position(rows) - transform.means) / transform.deviations
    assert np.array_equal(transform.apply(rows), expected)
    assert not {"has_amount", "has_time"} & transform.state().keys()


@every_transform
@given(roles=every_roles, seed=st.integers(0, 2**32 - 1))
def test_a_column_without_a_role_is_a_number_like_any_other(
    kind: type[Transform], roles: Roles, seed: int
) -> None:
    train, rows = rows_with_roles(roles, seed, 30), rows_with_roles(roles, seed + 1, 20).rows
    transform = kind.fit(train)
    again = transform_from_state(kind.name, json.loads(json.dumps(transform.state())))
    found = transform.apply(rows)
    assert np.array_equal(again.apply(rows), found)
    assert np.isfinite(found).all()
    other = kind.fit(fake_rows(seed, 30)).apply(fake_rows(seed + 1, 20).rows)
    # The features are scaled as if there were amount and time; only their columns are missing.
    assert np.array_equal(found[:, :4], other[:, :4])


@every_transform
def test_columns_named_as_amount_and_time_are_plain_numbers_without_the_roles(
    kind: type[Transform],
) -> None:
    plain = replace(fake_rows(1, 50), roles=NO_ROLES)
    found = kind.fit(plain).apply(plain.rows)
    numbers = found[:, -6:]
    expected = plain.rows
    if kind is not TimeOfDay:
        expected = (expected - expected.mean(axis=0)) / expected.std(axis=0)
    np.testing.assert_allclose(numbers, expected, rtol=1e-9)
