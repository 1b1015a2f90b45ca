"""The objective is the mean average precision over folds, until its report says to stop."""

from statistics import fmean

import pytest

from experiments.search.trials import Suggestion
from experiments.tuning.objective import FoldObjective
from fakes.data.labelled_rows import fake_rows
from fraud.data.folds import FoldPlan, make_folds
from fraud.model.recipe import Recipe

ROWS = fake_rows(1, 600)
FOLDS = make_folds(ROWS, FoldPlan(folds=3))
SUGGESTION = Suggestion(0, "logistic_regression", {"C": 1.0}, seed=3)


@pytest.fixture(scope="module")
def objective() -> FoldObjective:
    return FoldObjective(ROWS, FOLDS, Recipe())


def test_the_value_is_the_mean_over_all_folds_and_each_but_the_last_is_reported(
    objective: FoldObjective,
) -> None:
    reported: dict[int, float] = {}

    def report(step: int, value: float) -> bool:
        reported[step] = value
        return False

    outcome = objective(SUGGESTION, report)
    folds = outcome.attrs["folds"]
    assert outcome.value == fmean(folds)
    assert reported == {1: folds[0], 2: fmean(folds[:2])}
    assert all(0.5 < value <= 1 for value in folds)  # 0.05 are frauds: it learned something


def test_a_hopeless_trial_ends_after_the_fold_at_which_it_is_hopeless(
    objective: FoldObjective,
) -> None:
    outcome = objective(SUGGESTION, lambda step, _: step == 1)
    assert outcome.attrs["folds"] == [outcome.value]


def test_the_same_suggestion_has_the_same_value(objective: FoldObjective) -> None:
    first, again = (objective(SUGGESTION, lambda *_: True).value for _ in range(2))
    assert first == again
