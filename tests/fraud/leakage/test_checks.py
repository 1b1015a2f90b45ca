"""Leakage: each check stays quiet on clean splits and speaks up on planted leaks."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraud.leakage.checks import (
    SplitCounts,
    constant_columns,
    duplicates_across_splits,
    fraud_share_drift,
    label_leaking_columns,
    sampled_rows,
    time_overlap,
)

LABELS = np.tile(np.array([0, 0, 0, 1]), 100)
NOISE = np.random.default_rng(5).normal(size=400)


def table(**columns):
    return pl.DataFrame({**columns, "Class": LABELS})


def counts(rows=1000, frauds=10, first=0.0, last=1.0):
    return SplitCounts(rows=rows, frauds=frauds, first_time=first, last_time=last)


def test_equal_rows_in_one_split_are_no_finding():
    copies, splits = np.array([0, 1, 0, 3]), np.array([2, 0, 2, 1], dtype=np.int8)
    assert duplicates_across_splits(copies, splits).verdict == "ok"


def test_equal_rows_in_two_splits_are_counted():
    copies, splits = np.array([0, 1, 0, 0]), np.array([2, 0, 1, 0], dtype=np.int8)
    finding = duplicates_across_splits(copies, splits)
    assert (finding.verdict, finding.figures) == ("warn", {"rows": 2})
    assert "keep_duplicates_together" in finding.sentence


@pytest.mark.parametrize("direction", [1, -1])
def test_a_column_that_is_the_label_in_disguise_is_found(direction):
    finding = label_leaking_columns(table(V1=NOISE, chargeback=direction * LABELS * 9.5), "Class")
    assert finding.verdict == "warn"
    assert finding.figures["chargeback"] == 1.0
    assert finding.figures["V1"] < 0.99
    assert "chargeback" in finding.sentence
    assert "V1" not in finding.sentence


def test_a_useful_column_is_no_finding():
    finding = label_leaking_columns(table(V1=NOISE, V2=NOISE + LABELS), "Class")
    assert finding.verdict == "ok"
    assert 0.6 < finding.figures["V2"] < 0.99


def test_a_text_that_goes_with_fraud_is_found():
    texts = [["card", "cash", None][n % 3] if fraud else "till" for n, fraud in enumerate(LABELS)]
    finding = label_leaking_columns(table(V1=NOISE, paid=texts), "Class")
    assert finding.verdict == "warn"
    assert "frauds almost perfectly (area under the ROC curve): paid (" in finding.sentence


@pytest.mark.parametrize("kinds", [1, 2, 40, 400])
def test_texts_that_say_nothing_of_fraud_are_no_finding_however_many_there_are(kinds):
    texts = [f"text {n % kinds}" for n in np.random.default_rng(2).permutation(400)]
    finding = label_leaking_columns(table(paid=texts), "Class")
    assert finding.verdict == "ok"
    assert finding.figures["paid"] < 0.65


@pytest.mark.parametrize("missing_in", [0, 1])
def test_a_number_that_is_missing_just_where_there_is_fraud_is_found(missing_in):
    gaps = [
        None if fraud == missing_in else noise for fraud, noise in zip(LABELS, NOISE, strict=True)
    ]
    finding = label_leaking_columns(table(V1=NOISE, refund=gaps), "Class")
    assert (finding.verdict, finding.figures["refund"]) == ("warn", 1.0)


@given(st.lists(st.integers(0, 5), min_size=400, max_size=400))
def test_the_area_is_the_chance_that_a_fraud_ranks_above_another(values):
    column = np.array(values, dtype=float)
    frauds, others = column[LABELS == 1][:, None], column[LABELS == 0][None, :]
    chance = ((frauds > others) + 0.5 * (frauds == others)).mean()
    finding = label_leaking_columns(table(V1=column), "Class")
    assert finding.figures.get("V1", 0.5) == pytest.approx(max(chance, 1 - chance))


def test_a_column_may_have_any_name():
    finding = label_leaking_columns(table(check=NOISE, sentence=NOISE, verdict=NOISE), "Class")
    assert finding.figures.keys() == {"check", "sentence", "verdict"}


def test_constant_and_repeated_columns_are_named():
    finding = constant_columns(table(V1=NOISE, V2=[7.0] * 400, V3=NOISE), "Class")
    assert finding.verdict == "warn"
    assert finding.sentence.startswith("V2 is constant; V1 = V3 in the 400 rows")


def test_texts_and_gaps_may_be_constant_or_repeated_too():
    gaps = [None, *NOISE[1:]]
    same = [f"text {n % 7}" for n in range(400)]
    finding = constant_columns(
        table(V1=gaps, V2=gaps, a=same, b=same, c=["x"] * 400, d=[None] * 400, e=["x", None] * 200),
        "Class",
    )
    assert finding.sentence.startswith("d is empty; c is constant; V1 = V2; a = b in the 400")


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_empty_columns_are_neither_constant_nor_equal(missing):
    empty = pl.Series([missing] * 400, dtype=pl.Float64)
    finding = constant_columns(table(V1=NOISE, V2=empty, V3=empty), "Class")
    assert finding.sentence.startswith("V2 is empty; V3 is empty in the 400 rows")


def test_columns_of_equal_sum_are_not_taken_for_equal():
    assert constant_columns(table(V1=NOISE, V2=NOISE[::-1].copy()), "Class").verdict == "ok"


def test_equally_common_fraud_is_no_finding():
    splits = {"train": counts(7000, 70), "validation": counts(1500, 17), "test": counts(1500, 12)}
    assert fraud_share_drift(splits).verdict == "ok"


def test_fraud_that_is_rarer_in_test_is_found_with_its_size():
    splits = {"train": counts(7000, 70), "validation": counts(1500, 15), "test": counts(1500, 0)}
    finding = fraud_share_drift(splits)
    assert finding.verdict == "warn"
    assert finding.figures["test_standard_errors"] < -3
    assert "0.000% in test" in finding.sentence


def test_splits_that_follow_one_another_are_no_finding():
    splits = {
        "train": counts(last=5),
        "validation": counts(first=6, last=7),
        "test": counts(first=8),
    }
    assert time_overlap(splits).verdict == "ok"


def test_splits_that_touch_in_time_are_found():
    splits = {
        "train": counts(last=6),
        "validation": counts(first=6, last=7),
        "test": counts(first=8),
    }
    finding = time_overlap(splits)
    assert finding.verdict == "warn"
    assert "train ends at 6 s, validation starts at 6 s" in finding.sentence


def test_all_frauds_are_looked_at_and_the_same_others_each_time():
    labels = np.zeros(50_000, dtype=np.int8)
    labels[::1000] = 1
    rows = sampled_rows(labels, seed=3)
    assert set(np.flatnonzero(labels)) <= set(rows)
    assert len(rows) == len(set(rows)) == 10_050
    np.testing.assert_array_equal(rows, sampled_rows(labels, seed=3))
