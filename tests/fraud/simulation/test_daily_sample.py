from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from foundation.errors import InvalidData, InvalidParams
from foundation.settings import project_root
from fraud.data.roles import RoleMissing
from fraud.data.spec import DataSpec
from fraud.simulation.creditcard import creditcard_like
from fraud.simulation.daily_sample import Drift, sample_day
from fraud.simulation.payments import payments_like

SPEC = DataSpec.from_yaml(Path(project_root(), "params", "data", "creditcard.yaml"))
HELD_OUT = creditcard_like(1000, frauds=20, seed=0).unique(maintain_order=True)


PAYMENTS = DataSpec.from_yaml(Path(project_root(), "params", "data", "payments.yaml"))
HELD_OUT_PAYMENTS = payments_like(3000, seed=1).with_columns(
    pl.when(pl.int_range(pl.len()) % 10 > 0).then("channel")
)


def day_of_payments(count: int, *, drift: Drift | None = None):
    random = np.random.default_rng(0)
    return sample_day(HELD_OUT_PAYMENTS, PAYMENTS, count, random=random, drift=drift)


def day(count: int, *, seed: int = 0, drift: Drift | None = None):
    return sample_day(HELD_OUT, SPEC, count, random=np.random.default_rng(seed), drift=drift)


@given(count=st.integers(1, HELD_OUT.height), seed=st.integers(0, 2**32 - 1))
def test_no_transaction_is_drawn_twice_while_there_are_others(count, seed):
    sample = day(count, seed=seed)
    assert sample.repeated == 0
    assert sample.table.height == sample.table.n_unique() == count
    assert (np.diff(sample.seconds) >= 0).all()
    assert sample.seconds.max() < 86_400


@given(count=st.integers(HELD_OUT.height + 1, 5000))
def test_a_day_larger_than_the_held_out_data_repeats_the_rest_and_says_so(count):
    sample = day(count)
    assert sample.table.height == len(sample.seconds) == count
    assert sample.repeated == count - HELD_OUT.height


def test_the_time_of_day_is_that_of_each_transaction():
    sample = day(500)
    assert np.array_equal(sample.seconds, sample.table["Time"].to_numpy() % 86_400)


def test_data_without_categories_get_none():
    assert day(100).categories is None


def test_more_fraud_multiplies_the_share_of_frauds_and_changes_no_transaction():
    sample = day(10_000, drift=Drift("more-fraud", 10.0))
    assert sample.table["Class"].mean() == pytest.approx(0.2, abs=0.02)
    assert sample.table.unique().join(HELD_OUT, on=HELD_OUT.columns, how="anti").is_empty()
    assert day(1000, drift=Drift("more-fraud", 1e9)).table["Class"].mean() == 1.0


def test_larger_amounts_change_amounts_alone():
    plain, drifted = day(300), day(300, drift=Drift("amounts", 3.0))
    assert_frame_equal(drifted.table.drop("Amount"), plain.table.drop("Amount"), check_exact=True)
    ratio = drifted.table["Amount"].sum() / plain.table["Amount"].sum()
    assert ratio == pytest.approx(3.0)


def test_moved_features_move_by_standard_deviations_and_nothing_else_does():
    plain, drifted = day(300), day(300, drift=Drift("features", -2.0))
    assert plain.table.select("Time", "Amount", "Class").equals(
        drifted.table.select("Time", "Amount", "Class")
    )
    for name in SPEC.features:
        moved = (drifted.table[name] - plain.table[name]).to_numpy()
        np.testing.assert_allclose(moved, -2 * HELD_OUT[name].std(ddof=0), rtol=1e-9)


@pytest.mark.parametrize("size", [float("nan"), float("inf"), -1.0])
def test_a_factor_that_is_none_is_refused(size):
    with pytest.raises(InvalidParams, match="a factor is not negative"):
        Drift("amounts", size)


def test_a_day_of_nothing_is_refused():
    with pytest.raises(InvalidData, match="No day was made"):
        day(0)
    with pytest.raises(InvalidData, match="both classes"):
        sample_day(
            HELD_OUT.filter(pl.col("Class") == 0),
            SPEC,
            5,
            random=np.random.default_rng(0),
            drift=Drift("more-fraud", 2.0),
        )


def test_data_with_categories_of_its_own_keeps_them():
    sample = day_of_payments(500)
    assert sample.table.join(HELD_OUT_PAYMENTS, on="transaction_id", how="anti").is_empty()
    assert sample.categories == sample.table["channel"].to_list()
    assert {None, "chip", "online"} <= set(sample.categories)


def test_months_of_data_make_one_day():
    sample = day_of_payments(500)
    assert sample.table["seconds"].max() > 100 * 86_400
    assert np.array_equal(sample.seconds, sample.table["seconds"].to_numpy() % 86_400)
    assert (np.diff(sample.seconds) >= 0).all()


def test_moved_features_leave_texts_and_gaps_as_they_are():
    plain, drifted = day_of_payments(300), day_of_payments(300, drift=Drift("features", 2.0))
    assert_frame_equal(drifted.table.drop(PAYMENTS.features), plain.table.drop(PAYMENTS.features))
    for name in PAYMENTS.features:
        moved = (drifted.table[name] - plain.table[name]).drop_nulls()
        assert moved.len() == plain.table[name].count()
        deviation = HELD_OUT_PAYMENTS[name].std(ddof=0)
        np.testing.assert_allclose(moved, 2 * deviation, rtol=1e-9)


def test_data_without_a_time_has_moments_all_over_the_day():
    spec = SPEC.model_copy(update={"time": None})
    sample = sample_day(HELD_OUT, spec, 900, random=np.random.default_rng(0))
    assert (np.diff(sample.seconds) >= 0).all()
    counts = np.bincount((sample.seconds // 21_600).astype(int))
    assert len(counts) == 4
    assert counts.min() > 150


def test_amounts_that_are_not_described_cannot_grow():
    spec, random = SPEC.model_copy(update={"amount": None}), np.random.default_rng(0)
    with pytest.raises(RoleMissing, match=r"`amount: COLUMN` to params/data/creditcard\.yaml"):
        sample_day(HELD_OUT, spec, 5, random=random, drift=Drift("amounts", 2.0))


def test_a_column_in_which_everything_is_missing_drifts_nowhere():
    empty = HELD_OUT_PAYMENTS.with_columns(customer_age_years=pl.lit(None, dtype=pl.Float64))
    random = np.random.default_rng(0)
    sample = sample_day(empty, PAYMENTS, 50, random=random, drift=Drift("features", 1.0))
    assert sample.table["customer_age_years"].null_count() == 50
