"""Binned columns keep their order, their gaps and their tails."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fraud.algorithms.binning import coarsened

columns = arrays(np.float64, st.integers(1, 60), elements=st.floats(-1e6, 1e6)).map(
    lambda numbers: numbers[:, None]
)


@given(rows=columns, values=st.integers(2, 20))
@example(rows=np.array([[5e-324], [1e-323]]), values=2)  # neighbours: halfway rounds to the upper
def test_numbers_become_nearby_ones_of_their_column_in_the_same_order(
    rows: np.ndarray, values: int
) -> None:
    coarse = coarsened(rows, values)
    assert np.isin(coarse, rows).all()
    assert len(np.unique(coarse)) <= values + 2
    assert np.all(np.diff(coarse[np.argsort(rows[:, 0]), 0]) >= 0)
    assert (coarse.min(), coarse.max()) == (rows.min(), rows.max())


def test_hardly_any_row_lies_between_a_number_and_what_replaces_it() -> None:
    rows = np.random.default_rng(1).lognormal(size=(50_000, 1))
    ranks = [np.searchsorted(np.sort(rows[:, 0]), found[:, 0]) for found in (rows, coarsened(rows))]
    share = ranks[0] / len(rows)
    moved = np.abs(ranks[0] - ranks[1]) / len(rows)
    assert moved.max() < 0.012
    # In a tail of one row in a thousand, no further than a tenth of the tail.
    assert moved[(share < 0.001) | (share > 0.999)].max() < 0.0001


def test_a_split_between_neighbours_divides_the_numbers_as_those_that_replace_them() -> None:
    rows = np.random.default_rng(2).normal(size=(5000, 1))
    coarse = coarsened(rows, 30)
    kept = np.unique(coarse)
    for split in (kept[1:] + kept[:-1]) / 2:
        assert np.array_equal(rows <= split, coarse <= split)


def test_gaps_stay_and_so_does_a_column_of_gaps_only() -> None:
    rows = np.array([[np.nan, np.nan], [1.0, np.nan], [2.0, np.nan]])
    assert np.array_equal(coarsened(rows), rows, equal_nan=True)


@pytest.mark.parametrize("distinct", [1, 2, 50])
def test_a_column_of_few_values_stays_as_it_is(distinct: int) -> None:
    rows = (np.arange(2000) % distinct)[:, None].astype(float)
    assert np.array_equal(coarsened(rows), rows)
