"""Interactions: products of the columns that tell frauds apart best, each taken alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.data.labelled_rows import COLUMNS, fake_rows
from fakes.data.rows_with_gaps import gappy_rows
from fraud.features.steps.interactions import Interactions, separation


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
