"""Splitting: nothing lost, nothing twice, equal rows together, and the same again tomorrow."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import InvalidParams
from fraud.data.roles import RoleMissing
from fraud.data.splits import SplitPlan, assign_splits, first_copies

METHODS = ("stratified", "random", "time")
plans = st.builds(
    SplitPlan,
    method=st.sampled_from(METHODS),
    train_share=st.floats(0.3, 0.7),
    validation_share=st.floats(0.1, 0.25),
    seed=st.integers(0, 2**32 - 1),
    keep_duplicates_together=st.booleans(),
)


@st.composite
def tables(draw, most_rows: int = 120):
    """Rows drawn from a few distinct ones, so that many are equal: (labels, times, copies)."""
    distinct = draw(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 1)), min_size=1))
    chosen = draw(
        st.lists(st.integers(0, len(distinct) - 1), min_size=len(distinct), max_size=most_rows)
    )
    rows = [*range(len(distinct)), *chosen]
    times = np.array([distinct[row][0] for row in rows], dtype=float)
    labels = np.array([distinct[row][1] for row in rows], dtype=np.int8)
    return labels, times, first_copies(np.array(rows, dtype=np.uint64))


def assigned(plan, table):
    labels, times, copies = table
    return assign_splits(plan, labels=labels, times=times, copies=copies)


@given(plans, tables())
def test_each_row_is_in_exactly_one_split(plan, table):
    splits = assigned(plan, table)
    assert splits.shape == table[0].shape
    assert set(splits.tolist()) <= {0, 1, 2}


@given(plans, tables())
def test_the_same_seed_gives_the_same_splits(plan, table):
    np.testing.assert_array_equal(assigned(plan, table), assigned(plan, table))


def test_another_seed_gives_other_splits():
    rows = np.arange(1000)
    table = (np.zeros(1000, np.int8), rows.astype(float), rows)
    splits = [assigned(SplitPlan(seed=seed), table) for seed in (1, 2)]
    assert (splits[0] != splits[1]).any()


@given(plans.filter(lambda plan: plan.keep_duplicates_together), tables())
def test_no_duplicate_straddles(plan, table):
    splits, copies = assigned(plan, table), table[2]
    np.testing.assert_array_equal(splits, splits[copies])


@given(plans.filter(lambda plan: plan.method != "time"), tables())
def test_shares_are_kept_to_within_the_largest_group_of_equal_rows(plan, table):
    labels, _, copies = table
    largest = np.bincount(copies).max() if plan.keep_duplicates_together else 1
    strata = 2 if plan.method == "stratified" else 1
    found = np.bincount(assigned(plan, table), minlength=3) / len(labels)
    test_share = 1 - plan.train_share - plan.validation_share
    for share, wanted in zip(
        found, (plan.train_share, plan.validation_share, test_share), strict=True
    ):
        assert abs(share - wanted) * len(labels) <= strata * (largest + 1.5)


@given(plans.filter(lambda plan: plan.method == "stratified"), tables())
def test_stratified_splits_frauds_as_it_splits_rows(plan, table):
    labels, _, copies = table
    largest = np.bincount(copies).max()
    frauds = np.bincount(assigned(plan, table)[labels == 1], minlength=3)
    assert abs(frauds[0] - plan.train_share * labels.sum()) <= largest + 1.5


@given(plans.filter(lambda plan: plan.method == "time"), tables())
def test_time_splits_follow_one_another_and_ties_stay_together(plan, table):
    times = table[1]
    splits = assigned(plan, table)
    for earlier in (0, 1):
        if (splits <= earlier).any() and (splits > earlier).any():
            assert times[splits <= earlier].max() < times[splits > earlier].min()


def test_time_splits_have_their_shares_where_no_times_are_equal():
    times = np.random.default_rng(0).permutation(1000).astype(float)
    splits = assigned(SplitPlan(method="time"), (np.zeros(1000, np.int8), times, np.arange(1000)))
    assert np.bincount(splits).tolist() == [700, 150, 150]
    assert times[splits == 0].max() == 699


@given(plans.filter(lambda plan: plan.method != "time"), tables())
def test_data_without_a_time_is_split_as_data_with_one(plan, table):
    labels, times, copies = table
    without = assign_splits(plan, labels=labels, times=None, copies=copies)
    assert without.tolist() == assigned(plan, (labels, times, copies)).tolist()


def test_a_split_by_time_of_data_without_a_time_is_refused():
    rows = np.arange(20)
    with pytest.raises(RoleMissing, match=r"needs the time .* otherwise choose method: stratified"):
        assign_splits(SplitPlan(method="time"), labels=rows % 2, times=None, copies=rows)


def test_the_reference_counts_are_split_as_the_seed_architecture_has_it():
    """284,807 rows and 492 frauds, with duplicates free to move."""
    labels = np.zeros(284_807, np.int8)
    labels[:492] = 1
    for method in ("stratified", "random"):
        plan = SplitPlan(method=method, keep_duplicates_together=False)
        rows = np.arange(len(labels))
        splits = assign_splits(plan, labels=labels, times=rows.astype(float), copies=rows)
        train, validation, test = np.bincount(splits)
        assert 199_363 <= train <= 199_366
        assert 42_720 <= validation <= 42_722
        assert 42_720 <= test <= 42_723


@given(st.lists(st.sampled_from([0, 1, 2, 3, 1 << 16, (1 << 16) + 1, 1 << 63]), max_size=60))
def test_the_first_copy_is_the_first_equal_row(values):
    found = first_copies(np.array(values, dtype=np.uint64))
    assert found.tolist() == [values.index(value) for value in values]


def test_fingerprints_use_all_64_bits():
    assert first_copies(np.array([2**64 - 1, 0, 2**64 - 1], dtype=np.uint64)).tolist() == [0, 1, 0]


def test_shares_that_leave_no_test_rows_are_refused():
    with pytest.raises(InvalidParams, match="leave nothing to test on"):
        SplitPlan.checked({"train_share": 0.8, "validation_share": 0.2}, source="prepare.yaml")
