"""Resampling changes how frequent fraud is among training rows, and nothing else of them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.data.labelled_rows import fake_rows
from fakes.data.rows_with_gaps import gappy_rows
from foundation.errors import InvalidData
from fraud.algorithms.algorithm import LabelledMatrix
from fraud.data.labelled_rows import LabelledRows
from fraud.features.transforms import TRANSFORMS, Transform
from fraud.model.imbalance import rebalanced
from fraud.model.recipe import Imbalance, Recipe

every_transform = pytest.mark.parametrize("kind", TRANSFORMS.values(), ids=TRANSFORMS)


def part_of(rows: LabelledRows) -> LabelledMatrix:
    return LabelledMatrix(rows.rows, rows.labels)


def smote(part: LabelledMatrix, ratio: float = 4, seed: int = 1, **choices: Any) -> LabelledMatrix:
    recipe = Recipe(imbalance="smote", smote_ratio=ratio)
    return rebalanced(part, recipe, seed=seed, **choices)


def synthetic(part: LabelledMatrix, **choices: Any) -> np.ndarray:
    return smote(part, **choices).rows[len(part.labels) :]


@pytest.mark.parametrize("imbalance", ["weights", "none"])
def test_weights_and_none_leave_the_rows_as_they_are(imbalance: Imbalance) -> None:
    part = part_of(fake_rows(1))
    assert rebalanced(part, Recipe(imbalance=imbalance), seed=1) is part


@given(ratio=st.floats(1, 30), seed=st.integers(0, 2**31 - 1))
def test_undersampling_keeps_all_frauds_and_so_many_rows_for_each(ratio: float, seed: int) -> None:
    part = part_of(fake_rows(1))
    recipe = Recipe(imbalance="undersample", undersample_ratio=ratio)
    kept = rebalanced(part, recipe, seed=seed)
    frauds, legitimate = kept.labels == 1, kept.labels == 0
    assert np.array_equal(kept.rows[frauds], part.rows[part.labels == 1])
    assert legitimate.sum() == min(round(ratio * 60), 1140)
    # What is kept was there, no row of it twice, in the order that it had.
    places = [int(np.flatnonzero((part.rows == row).all(axis=1))[0]) for row in kept.rows[:50]]
    assert places == sorted(set(places))


def test_another_seed_keeps_other_rows() -> None:
    part, recipe = part_of(fake_rows(1)), Recipe(imbalance="undersample", undersample_ratio=2)
    first, second = (rebalanced(part, recipe, seed=seed) for seed in (1, 2))
    assert not np.array_equal(first.rows, second.rows)


def test_undersampling_takes_rows_with_missing_values_too() -> None:
    recipe = Recipe(imbalance="undersample", undersample_ratio=10)
    kept = rebalanced(part_of(gappy_rows(1)), recipe, seed=1)
    assert np.isnan(kept.rows).any()


@given(ratio=st.floats(1, 19), seed=st.integers(0, 2**31 - 1))
def test_smote_adds_frauds_until_one_row_in_so_many(ratio: float, seed: int) -> None:
    part = part_of(fake_rows(1))
    more = smote(part, ratio, seed)
    assert np.array_equal(more.rows[:1200], part.rows)
    assert np.array_equal(more.labels[:1200], part.labels)
    assert np.all(more.labels[1200:] == 1)
    assert np.count_nonzero(more.labels) == max(round(1140 / ratio), 60)


def test_where_frauds_are_frequent_enough_none_are_added() -> None:
    part = part_of(fake_rows(1))
    assert smote(part, ratio=19) is part


def test_new_frauds_lie_between_frauds() -> None:
    part = part_of(fake_rows(1))
    frauds, new = part.rows[part.labels == 1], synthetic(part)
    assert np.all(new >= frauds.min(axis=0) - 1e-9)
    assert np.all(new <= frauds.max(axis=0) + 1e-9)
    assert len(np.unique(new, axis=0)) > len(new) / 2


def test_equal_seeds_draw_equal_frauds_and_others_others() -> None:
    part = part_of(fake_rows(1))
    assert np.array_equal(synthetic(part, seed=1), synthetic(part, seed=1))
    assert not np.array_equal(synthetic(part, seed=1), synthetic(part, seed=2))


def test_the_unit_of_a_column_does_not_decide_who_is_a_neighbour() -> None:
    part, factors = part_of(fake_rows(1)), np.array([1, 1e6, 1e-3, 1, 100, 1])
    in_other_units = synthetic(LabelledMatrix(part.rows * factors, part.labels))
    np.testing.assert_allclose(in_other_units, synthetic(part) * factors, rtol=1e-9)


@every_transform
def test_new_frauds_have_whole_categories_and_no_new_gaps(kind: type[Transform]) -> None:
    train = gappy_rows(1)
    transform = kind.fit(train)
    part, discrete = (
        LabelledMatrix(transform.apply(train.rows), train.labels),
        transform.discrete(train),
    )
    new = synthetic(part, discrete=discrete)
    quantities = np.delete(new, discrete, axis=1)
    assert not np.isnan(quantities).any()
    for column in discrete:
        seen = part.rows[part.labels == 1, column]
        assert np.isin(new[:, column], seen[~np.isnan(seen)]).all() or np.isnan(seen).any()
        assert np.all(np.isnan(new[:, column]) | np.isin(new[:, column], seen))


def test_a_missing_category_stays_a_category_of_its_own() -> None:
    train = gappy_rows(1)
    train.rows[train.labels == 1, 4] = np.nan
    new = synthetic(part_of(train), discrete=(2, 4))
    assert np.isnan(new[:, 4]).all()


def test_a_column_that_misses_every_value_does_not_stop_it() -> None:
    train = gappy_rows(1)
    train.rows[:, 0] = np.nan
    assert np.isfinite(synthetic(part_of(train), discrete=(2, 4))[:, 0]).all()


@pytest.mark.parametrize("frauds", [2, 3, 5])
def test_few_frauds_have_fewer_neighbours(frauds: int) -> None:
    rows = fake_rows(1)
    few = rows.take(np.flatnonzero((rows.labels == 0) | (rows.labels.cumsum() <= frauds)))
    assert few.fraud_count == frauds
    assert np.count_nonzero(smote(part_of(few)).labels) == 1140 / 4


def test_one_fraud_has_none_and_smote_is_refused() -> None:
    rows = fake_rows(1)
    one = rows.take(np.flatnonzero((rows.labels == 0) | (rows.labels.cumsum() <= 1)))
    with pytest.raises(InvalidData, match=r"hold 1\. Nothing was fitted"):
        smote(part_of(one))
