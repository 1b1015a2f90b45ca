"""Input summaries: every count is that of a slow, plain count of the same values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraud.monitoring.inputs.summaries import category_summary, column_kinds, summaries
from fraud.monitoring.inputs.summary import ColumnSummary

NAN = float("nan")
VALUES = st.lists(st.sampled_from([-2.0, 0.0, 0.5, 0.5000001, 3.0, NAN]), min_size=1, max_size=250)


def of_number(values, *, kind="number", limits=None) -> ColumnSummary:
    rows = np.array(values, dtype=np.float64).reshape(-1, 1)
    ranges = None if limits is None else {"x": limits}
    return summaries(rows, {"x": kind}, {}, ranges=ranges)["x"]


@given(VALUES)
def test_counts_of_a_number_are_those_of_counting_one_by_one(values):
    known = [value for value in values if value == value]
    found = of_number(values, limits=(0.0, 1.0))
    assert (found.rows, found.missing, found.unknown) == (len(values), len(values) - len(known), 0)
    assert found.outside == sum(not 0.0 <= value <= 1.0 for value in known)
    assert found.commonest == max((known.count(value) for value in known), default=0)
    assert found.is_constant == (len(known) > 1 and len(set(known)) == 1)


@given(VALUES)
def test_each_quantile_is_a_value_at_or_below_which_that_share_lies(values):
    known = sorted(value for value in values if value == value)
    found = of_number(values)
    assert len(found.quantiles) == (101 if known else 0)
    for percent, cut in enumerate(found.quantiles):
        assert cut in known
        assert 100 * sum(value <= cut for value in known) >= percent * len(known)
        assert 100 * sum(value < cut for value in known) <= percent * len(known)
    assert found.range == ((known[0], known[-1]) if known else None)


def test_without_a_range_nothing_is_called_outside_of_it():
    assert of_number([1.0, 2.0]).outside is None


def test_times_count_from_midnight():
    found = of_number([86_400.0 * 3 + 60.0, 120.0], kind="time")
    assert found.range == (60.0, 120.0)


def test_a_category_tells_known_unknown_and_missing_texts_apart():
    texts = ["web", "WEB", None, "", "app", "web", "Ω" * 200, "WEB"]
    codes = np.array([0, NAN, NAN, NAN, 1, 0, NAN, NAN])
    found = category_summary(codes, ("web", "app", "pos"), texts)
    assert (found.rows, found.missing, found.unknown, found.known) == (8, 2, 3, 3)
    assert found.texts == {"web": 2, "app": 1, "pos": 0}
    assert found.unknown_texts == {"WEB": 2, "Ω" * 80: 1}
    assert found.commonest == 2


def test_without_texts_an_unknown_category_counts_as_missing():
    assert category_summary(np.array([0, NAN]), ("web",)).missing == 1


def test_rare_texts_of_a_category_are_counted_together():
    known = [f"t{number}" for number in range(60)]
    found = category_summary(np.arange(60, dtype=np.float64), known)
    assert len(found.texts) == 50
    assert found.rest == 10


@pytest.mark.parametrize("size", [1, 2, 99, 100, 101, 1_000])
def test_a_summary_survives_being_written_and_read(size):
    found = of_number(np.random.default_rng(size).normal(size=size), limits=(-1, 1))
    assert ColumnSummary.model_validate_json(found.model_dump_json()) == found


def test_columns_keep_their_order_and_have_a_kind_each():
    kinds = column_kinds(("v", "c", "amount", "time"), {"c": ("a",)}, amount="amount", time="time")
    assert [*kinds.items()] == [
        ("v", "number"), ("c", "category"), ("amount", "amount"), ("time", "time"),
    ]  # fmt: skip
    rows = np.array([[1.0, 0.0, 5.0, 90_000.0], [2.0, NAN, 6.0, 10.0]])
    found = summaries(rows, kinds, {"c": ("a",)}, texts={"c": ["a", "b"]})
    assert [(name, each.kind) for name, each in found.items()] == [*kinds.items()]
    assert found["c"].unknown == 1


def test_rows_are_not_changed():
    rows = np.array([[3.0, 90_000.0], [1.0, 10.0]])
    before = rows.copy()
    summaries(rows, {"v": "number", "time": "time"}, {})
    np.testing.assert_array_equal(rows, before)


def test_a_day_without_rows_has_summaries_without_values():
    found = of_number([])
    assert (found.rows, found.quantiles, found.commonest) == (0, [], 0)


def test_a_sample_keeps_counts_ends_and_nearly_the_quantiles():
    random = np.random.default_rng(2)
    rows = random.normal(size=(10_001, 3))
    rows[random.random(10_001) < 0.2, 1] = NAN
    rows[:, 2] = 4.0
    kinds = dict.fromkeys(("x", "gaps", "same"), "number")
    ranges = dict.fromkeys(kinds, (-2.0, 2.0))
    whole = summaries(rows, kinds, {}, ranges=ranges)
    found = summaries(rows, kinds, {}, ranges=ranges, sample=5_000)
    for name in kinds:
        one, other = found[name], whole[name]
        assert (one.rows, one.missing, one.outside) == (other.rows, other.missing, other.outside)
        assert (one.range, one.is_constant) == (other.range, other.is_constant)
        assert one.compared == one.sampled < other.compared == other.known
        np.testing.assert_allclose(one.quantiles[2:-2], other.quantiles[2:-2], atol=0.15)
    assert found["same"].is_constant


def test_a_sample_that_would_miss_a_column_is_not_taken():
    rows = np.full((1_000, 1), NAN)
    rows[1::20] = 7.0
    found = summaries(rows, {"x": "number"}, {}, sample=500)["x"]
    assert (found.known, found.sampled, found.commonest) == (50, None, 50)
