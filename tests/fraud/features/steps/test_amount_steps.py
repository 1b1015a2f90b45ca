"""Amount steps: the logarithm, the distance from the median, and bins of equally many rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.data.labelled_rows import COLUMNS, rows_with
from fraud.features.steps.amount_steps import AmountBins, LogAmount, RobustAmount


def test_log_amount_is_the_logarithm_of_one_plus_the_amount_with_its_sign() -> None:
    train = rows_with(-2, [0, np.e - 1, np.e**2 - 1, -3])
    assert LogAmount().fit(train).added(train.rows)[:, 0] == pytest.approx([0, 1, 2, -np.log(4)])


def test_robust_amount_counts_interquartile_ranges_from_the_median() -> None:
    train = rows_with(-2, [0, 10, 20, 30, 1e6])
    assert RobustAmount().fit(train).added(train.rows)[:3, 0] == pytest.approx([-1, -0.5, 0])


def test_robust_amount_of_one_amount_only_is_zero() -> None:
    train = rows_with(-2, [5, 5, 5, 5])
    assert np.array_equal(RobustAmount().fit(train).added(train.rows)[:, 0], np.zeros(4))


@given(bins=st.integers(2, 40))
def test_bins_of_distinct_amounts_hold_equally_many_rows(bins: int) -> None:
    train = rows_with(-2, [float(n) for n in range(bins * 7)])
    numbers = AmountBins(bins=bins).fit(train).added(train.rows)[:, 0]
    assert np.bincount(numbers.astype(int)).tolist() == [7] * bins


def test_bin_numbers_rise_with_the_amount_beyond_those_of_training_too() -> None:
    fitted = AmountBins(bins=4).fit(rows_with(-2, [1, 2, 3, 4, 5, 6, 7, 8]))
    numbers = fitted.added(rows_with(-2, [-100, 1, 4, 8, 1e9]).rows)[:, 0]
    assert numbers.tolist() == [0, 0, 1, 3, 3]


def test_amounts_that_many_rows_share_leave_fewer_bins() -> None:
    fitted = AmountBins(bins=10).fit(rows_with(-2, [1, 1, 1, 1, 1, 1, 1, 9]))
    numbers = fitted.added(rows_with(-2, [0, 1, 9]).rows)[:, 0]
    assert len(fitted.edges) < 9
    assert list(numbers) == sorted(set(numbers))


@pytest.mark.parametrize("kind", [LogAmount, RobustAmount, AmountBins])
def test_training_amounts_that_are_missing_are_not_learned_from(
    kind: type[LogAmount | RobustAmount | AmountBins],
) -> None:
    known = kind().fit(rows_with(-2, [1, 2, 3, 4]))
    assert kind().fit(rows_with(-2, [1, np.nan, 2, 3, np.nan, 4])) == known
    assert np.isnan(known.added(rows_with(-2, [np.nan]).rows)).all()
    assert set(known.sources(COLUMNS).values()) == {("Amount",)}
