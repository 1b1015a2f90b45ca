"""Evaluation: all metrics and the cost, of decisions at one threshold or of those of many."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from fakes.data.labelled_rows import fake_rows
from fraud.data.folds import FoldPlan, make_folds
from fraud.metrics.costs import Costs, cost_estimate
from fraud.metrics.estimates import METRICS, evaluate_scores
from fraud.metrics.evaluation import (
    COST,
    DECIDED,
    EvaluationRows,
    TestSet,
    evaluate_at_threshold,
    evaluate_out_of_fold,
    small_days,
)

COSTS = Costs(review=3.0)


@dataclass(frozen=True)
class Terms:
    alerts_per_day: int = 20
    costs: Costs = COSTS
    resamples: int = 20
    seed: int = 1


SPLIT = fake_rows(1, 600)
ROWS = EvaluationRows.of(SPLIT)
SCORES = 1 / (1 + np.exp(3 - SPLIT.rows[:, 0]))  # the first column tells fraud
FLAGGED = SCORES >= 0.3


def test_rows_are_judged_by_label_amount_and_the_day_that_their_time_is_in():
    times = SPLIT.rows.copy()
    times[:4, -1] = [0, 86_399, 86_400, 200_000]
    rows = EvaluationRows.of(replace(SPLIT, rows=times))
    assert rows.days[:4].tolist() == [0, 0, 1, 2]
    assert np.issubdtype(rows.days.dtype, np.integer)
    np.testing.assert_array_equal(rows.labels, SPLIT.labels)
    np.testing.assert_array_equal(rows.amounts, SPLIT.amounts)


def test_validated_rows_stand_in_the_order_of_the_folds():
    folds = make_folds(SPLIT, FoldPlan(folds=3))
    rows = EvaluationRows.validated(SPLIT, folds)
    amounts = np.concatenate([SPLIT.amounts[fold.validation] for fold in folds])
    np.testing.assert_array_equal(rows.amounts, amounts)
    assert sorted(rows.amounts) == sorted(SPLIT.amounts)
    assert not np.array_equal(rows.amounts, SPLIT.amounts)


def test_at_a_threshold_every_metric_and_the_cost_are_measured_on_these_terms():
    found = evaluate_at_threshold(ROWS, SCORES, 0.3, Terms())
    expected = evaluate_scores(
        ROWS.labels, SCORES, threshold=0.3, days=ROWS.days, per_day=20, resamples=20, seed=1
    )
    assert tuple(found) == (*METRICS, COST)
    assert {name: found[name] for name in METRICS} == expected
    assert found[COST] == cost_estimate(
        ROWS.labels, SCORES, ROWS.amounts, threshold=0.3, costs=COSTS, resamples=20,
        seed=1,
    )  # fmt: skip


def test_a_test_set_evaluates_every_model_on_its_own_rows_and_terms():
    test_set = TestSet(SPLIT, Terms())
    assert test_set.evaluate(SCORES, 0.3) == evaluate_at_threshold(ROWS, SCORES, 0.3, Terms())
    assert test_set.labels is SPLIT.labels


@pytest.mark.parametrize("threshold", [0.1, 0.3, 0.9])
def test_out_of_fold_the_flags_cost_and_the_scores_rank_whatever_the_thresholds(threshold):
    found = evaluate_out_of_fold(ROWS, SCORES, threshold <= SCORES, Terms())
    at_threshold = evaluate_at_threshold(ROWS, SCORES, threshold, Terms())
    assert found == {name: e for name, e in at_threshold.items() if name not in DECIDED}


def test_flags_of_several_thresholds_cost_what_they_decide():
    half = len(SCORES) // 2
    flagged = np.r_[SCORES[:half] >= 0.1, SCORES[half:] >= 0.9]
    cost = evaluate_out_of_fold(ROWS, SCORES, flagged, Terms())[COST].value
    missed = (ROWS.labels == 1) & ~flagged
    expected = (3.0 * flagged.sum() + ROWS.amounts[missed].sum()) * 1000 / len(SCORES)
    assert cost == pytest.approx(expected)


def rows_on_days(*per_day: int) -> EvaluationRows:
    days = np.repeat(np.arange(len(per_day)), per_day)
    return EvaluationRows(np.zeros(len(days), dtype=np.int8), None, days)


def test_days_that_can_be_reviewed_whole_are_named():
    (sentence,) = small_days(rows_on_days(20, 3, 21), per_day=20)
    assert sentence.startswith("2 of 3 days have no more than 20 of these rows")


def test_few_such_days_or_none_are_not():
    assert small_days(rows_on_days(20, 21), per_day=20) == []
    assert small_days(EvaluationRows(np.zeros(3, dtype=np.int8), None, None), per_day=20) == []
