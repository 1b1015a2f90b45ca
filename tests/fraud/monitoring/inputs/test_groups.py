"""Groups: deciles of what is usual, whole texts, and nothing lost between them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fraud.monitoring.inputs.groups import below_or_at, grouped
from fraud.monitoring.inputs.summaries import category_summary, summaries


def number(values):
    return summaries(np.array(values, dtype=np.float64).reshape(-1, 1), {"x": "number"}, {})["x"]


def category(counts: dict[str, int]):
    codes = np.repeat(np.arange(len(counts)), [*counts.values()]).astype(np.float64)
    return category_summary(codes, [*counts])


def test_a_baseline_falls_into_ten_equal_groups():
    groups = grouped(number([0.0]), [number(np.random.default_rng(1).normal(size=10_000))])
    assert len(groups.today) == 10
    np.testing.assert_allclose(groups.pooled, 1_000, atol=110)


@settings(max_examples=50)
@given(
    st.lists(st.integers(-3, 3), min_size=1, max_size=60),
    st.lists(st.lists(st.integers(-3, 3), min_size=1, max_size=60), min_size=1, max_size=4),
)
def test_every_value_of_every_summary_is_in_one_group(today, baseline):
    groups = grouped(number(today), [number(values) for values in baseline])
    assert groups.today.sum() == pytest.approx(len(today))
    np.testing.assert_allclose(groups.baseline.sum(axis=1), [len(values) for values in baseline])
    assert (groups.today >= -1e-9).all()


@given(st.lists(st.sampled_from([0.0, 1.0, 2.5]), min_size=100, max_size=300))
def test_the_share_at_or_below_a_value_is_right_to_within_one_percent(values):
    found = below_or_at(number(values), np.array([0.0, 1.0, 2.5]))
    right = [np.mean(np.array(values) <= point) for point in (0.0, 1.0, 2.5)]
    np.testing.assert_allclose(found, right, atol=0.0101)


def test_a_value_that_most_rows_have_is_a_group_of_its_own():
    baseline = number([0.0] * 700 + [*range(1, 301)])
    groups = grouped(number([0.0] * 50 + [5.0] * 50), [baseline])
    assert groups.today[0] == pytest.approx(50, abs=1.1)
    assert groups.pooled[0] == pytest.approx(700, abs=10)


def test_a_constant_baseline_is_one_group():
    assert grouped(number([1.0, 2.0]), [number([7.0] * 30)]).degrees == 0


def test_texts_are_groups_and_rare_ones_are_together():
    today = category({"web": 90, "app": 60, "fax": 1, "pigeon": 0})
    groups = grouped(today, [category({"web": 900, "app": 600, "fax": 6, "pigeon": 3})])
    assert groups.today.tolist() == [90, 61]
    assert groups.pooled.tolist() == [900, 609]


def test_texts_that_the_baseline_has_not_listed_count_as_rare():
    groups = grouped(category({"new": 50, "web": 50}), [category({"web": 500, "app": 500})])
    assert groups.today.sum() == 100
    assert groups.degrees >= 1
