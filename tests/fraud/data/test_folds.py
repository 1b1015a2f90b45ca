"""Folds: every row is judged by a model that never saw it, nor its copy, nor its future."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.data.labelled_rows import COLUMNS, ROLES, fake_rows
from foundation.errors import InvalidData, InvalidParams
from fraud.data.folds import Fold, FoldPlan, make_folds
from fraud.data.labelled_rows import LabelledRows

methods = st.sampled_from(["stratified", "time"])
PARTS = ("train", "stop", "validation")


@st.composite
def worlds(draw) -> LabelledRows:
    """Rows of which many are equal, many of one moment, and frauds everywhere."""
    seed, count = draw(st.integers(0, 2**32 - 1)), draw(st.integers(400, 600))
    random = np.random.default_rng(seed)
    rows = fake_rows(seed, count).rows
    rows[:, -1] = np.round(rows[:, -1], draw(st.sampled_from([0, -2, -3])))
    labels = np.empty(count, dtype=np.int8)
    labels[np.argsort(rows[:, -1], kind="stable")] = np.arange(count) % 3 == 0
    copied = random.integers(0, count, size=draw(st.integers(0, 300)))
    return LabelledRows(
        COLUMNS,
        np.concatenate([rows, rows[copied]]),
        np.concatenate([labels, labels[copied]]),
        roles=ROLES,
    )


def whole_rows(rows: LabelledRows, chosen: np.ndarray) -> set[tuple[float, ...]]:
    return {(*rows.rows[row], rows.labels[row]) for row in chosen}


def parts(fold: Fold) -> list[np.ndarray]:
    return [getattr(fold, part) for part in PARTS]


@given(worlds(), st.integers(2, 5), methods)
def test_no_row_and_no_copy_of_it_is_in_two_parts_of_a_fold(rows, folds, method):
    for fold in make_folds(rows, FoldPlan(method=method, folds=folds)):
        contents = [whole_rows(rows, part) for part in parts(fold)]
        assert len(set.union(*contents)) == sum(map(len, contents))
        for part in parts(fold):
            assert (np.diff(part) > 0).all()


@given(worlds(), st.integers(2, 5))
def test_stratified_folds_use_every_row_and_validate_it_exactly_once(rows, folds):
    made = make_folds(rows, FoldPlan(folds=folds))
    everything = np.arange(len(rows.labels))
    validated = np.concatenate([fold.validation for fold in made])
    np.testing.assert_array_equal(np.sort(validated), everything)
    for fold in made:
        np.testing.assert_array_equal(np.sort(np.concatenate(parts(fold))), everything)


@given(worlds(), st.integers(2, 5))
def test_stratified_folds_keep_the_share_of_fraud(rows, folds):
    whole = rows.labels.mean()
    for fold in make_folds(rows, FoldPlan(folds=folds)):
        for part in parts(fold):
            # A part may be off by the copies of one row.
            assert abs(rows.labels[part].mean() - whole) < 8 / len(part)


@given(worlds(), st.integers(2, 5))
def test_in_time_every_part_ends_before_the_next_begins(rows, folds):
    made = make_folds(rows, FoldPlan(method="time", folds=folds))
    for fold in made:
        train, stop, validation = (rows.times[part] for part in parts(fold))
        assert train.max() < stop.min()
        assert stop.max() < validation.min()
    # Each fold learns from all that the one before learned from and was judged on.
    for earlier, later in pairwise(made):
        known = np.sort(np.concatenate(parts(earlier)))
        np.testing.assert_array_equal(known, np.sort(np.concatenate(parts(later)[:2])))
    assert rows.times[made[-1].validation].max() == rows.times.max()


@given(worlds(), st.integers(0, 2**32 - 1), methods)
def test_equal_plans_give_equal_folds(rows, seed, method):
    plan = FoldPlan(method=method, seed=seed)
    for one, other in zip(make_folds(rows, plan), make_folds(rows, plan), strict=True):
        for mine, yours in zip(parts(one), parts(other), strict=True):
            np.testing.assert_array_equal(mine, yours)


def test_seeds_deal_differently():
    one, other = (make_folds(fake_rows(1), FoldPlan(seed=seed))[0] for seed in (1, 2))
    assert set(one.validation) != set(other.validation)


@pytest.mark.parametrize(("method", "trained"), [("stratified", 3 / 4), ("time", 1 / 5)])
def test_parts_are_as_large_as_they_should_be(method, trained):
    rows = fake_rows(5, 4000)
    first = make_folds(rows, FoldPlan(method=method, folds=4))[0]
    sizes = [len(part) / 4000 for part in parts(first)]
    judged = 1 / 4 if method == "stratified" else 1 / 5
    np.testing.assert_allclose(sizes, [trained * 0.85, trained * 0.15, judged], atol=0.002)


def test_rows_that_miss_a_value_in_the_same_place_are_copies():
    rows = fake_rows(2, 400)
    rows.rows[:, 0] = np.nan
    doubled = LabelledRows(
        COLUMNS,
        np.concatenate([rows.rows, rows.rows]),
        np.concatenate([rows.labels, rows.labels]),
        may_miss=frozenset(["V1"]),
        roles=ROLES,
    )
    for fold in make_folds(doubled, FoldPlan()):
        for part in parts(fold):
            assert set(part) == {(row + 400) % 800 for row in part}


@pytest.mark.parametrize(
    ("plan", "ways"),
    [
        (FoldPlan(), "Give more rows, or make fewer folds than 3."),
        (FoldPlan(folds=2), "Give more rows."),
        (
            FoldPlan(method="time"),
            "Give more rows, or make fewer folds than 3, or split by method: stratified.",
        ),
        (FoldPlan(method="time", folds=2), "Give more rows, or split by method: stratified."),
    ],
)
def test_a_part_without_a_fraud_is_refused_with_what_can_help(plan, ways):
    rows = fake_rows(1, 200)
    labels = np.zeros(200, dtype=np.int8)
    labels[np.argsort(rows.times)[-1:]] = 1
    with pytest.raises(InvalidData, match="hold 0 frauds") as refusal:
        make_folds(LabelledRows(COLUMNS, rows.rows, labels, roles=ROLES), plan)
    assert str(refusal.value).endswith(f"Nothing was fitted. {ways}")


def test_rows_of_one_moment_cannot_be_dealt_by_time():
    rows = fake_rows(1, 200)
    rows.rows[:, -1] = 60.0
    with pytest.raises(InvalidData, match="0 rows to train"):
        make_folds(rows, FoldPlan(method="time"))


@pytest.mark.parametrize("folds", [1, 21])
def test_a_number_of_folds_that_makes_no_sense_is_refused(folds):
    with pytest.raises(InvalidParams, match="folds"):
        FoldPlan.checked({"folds": folds}, source="plan.yaml")
