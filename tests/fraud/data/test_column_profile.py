"""Column facts are those of the column, whatever is missing in it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ks_2samp
from sklearn.metrics import roc_auc_score

from fakes.data.labelled_rows import COLUMNS, fake_rows
from fraud.data.column_profile import column_facts, kolmogorov_smirnov_distance, univariate_auc


@given(seed=st.integers(0, 2**32 - 1))
def test_strength_is_the_folded_area_under_the_roc_curve(seed: int) -> None:
    random = np.random.default_rng(seed)
    labels = np.r_[0, 1, random.integers(0, 2, 30)]
    values = random.integers(0, 5, 32).astype(float)
    area = roc_auc_score(labels, values)
    assert univariate_auc(values, labels) == pytest.approx(max(area, 1 - area))


@given(seed=st.integers(0, 2**32 - 1))
def test_drift_is_the_kolmogorov_smirnov_distance(seed: int) -> None:
    random = np.random.default_rng(seed)
    one, other = random.integers(0, 6, 20).astype(float), random.normal(2, 1, 31)
    assert kolmogorov_smirnov_distance(one, other) == pytest.approx(ks_2samp(one, other).statistic)


def test_every_column_is_described_in_order_and_by_its_kind() -> None:
    facts = column_facts(fake_rows(1))
    assert [fact.name for fact in facts] == list(COLUMNS)
    assert [fact.kind for fact in facts] == ["number"] * 4 + ["amount", "time"]
    assert facts[0].univariate_auc > 0.9 > 0.7 > facts[2].univariate_auc


def test_missing_values_are_counted_and_left_out_of_everything_else() -> None:
    rows = fake_rows(1)
    holes = rows.rows.copy()
    holes[:300, 2] = np.nan
    found = column_facts(replace(rows, rows=holes, may_miss=frozenset({"V3"})))[2]
    assert found.missing_share == pytest.approx(300 / 1200)
    assert found.median == pytest.approx(np.median(rows.rows[300:, 2]))
    assert found.distinct == 900


def test_a_column_that_moves_with_time_has_drifted() -> None:
    rows = fake_rows(1)
    moved = rows.rows.copy()
    moved[:, 3] += moved[:, -1] / 86_400
    facts = column_facts(replace(rows, rows=moved))
    assert facts[3].drift > 0.3 > facts[2].drift


def test_a_column_without_any_value_says_nothing() -> None:
    rows = fake_rows(1)
    empty = rows.rows.copy()
    empty[:, 1] = np.nan
    found = column_facts(replace(rows, rows=empty, may_miss=frozenset({"V2"})))[1]
    assert (found.missing_share, found.univariate_auc, found.drift) == (1.0, 0.5, 0.0)
