"""A trial has, on each fold, the average precision of a model that was not fitted on it."""

from typing import Any

import pytest

from experiments.evaluation.fit_pool import FitPool
from experiments.evaluation.fitting import FitRequest, FitResult
from experiments.search.trials import FoldScore
from experiments.tuning.trial_fits import PooledFits
from fakes.data.labelled_rows import fake_rows
from fakes.studies.local_fit_pool import InlineExecutor, LocalFitPool
from fakes.studies.studies import suggestion
from foundation.errors import InvalidData, Unavailable
from fraud.data.folds import FoldPlan, make_folds
from fraud.explanation.importances import average_precision
from fraud.metrics.costs import Costs
from fraud.model.fraud_model import fit
from fraud.model.recipe import Recipe

ROWS = fake_rows(1, 600)
FOLDS = make_folds(ROWS, FoldPlan(folds=3))
TRIAL = suggestion(4, "logistic_regression", C=1.0)


def score(pool: FitPool, fold: int = 1) -> FoldScore:
    fits = PooledFits(pool, FOLDS, Recipe(), Costs())
    fits.submit(TRIAL, fold)
    assert fits.pending == 1
    found, at, result = fits.next_done()
    assert (found, at, fits.pending) == (TRIAL, fold, 0)
    return result


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_score_of_a_fold_is_that_of_rows_that_were_left_out(number: int) -> None:
    fold = FOLDS[number - 1]
    model = fit(
        TRIAL.algorithm, TRIAL.hyperparameters, ROWS.take(fold.train), ROWS.take(fold.stop),
        seed=TRIAL.seed, threads=1,
    )  # fmt: skip
    rows = ROWS.take(fold.validation)
    found = score(LocalFitPool(ROWS), number)
    assert found.score == average_precision(rows.labels, model.scores(rows.rows)) > 0.2
    assert found.seconds > 0


def failing(error: Exception) -> FitPool:
    def fit_nothing(_: FitRequest) -> FitResult:
        raise error

    return FitPool(InlineExecutor, fit_nothing, 1)


def test_a_refusal_is_the_failure_of_the_trial_and_any_other_error_is_not() -> None:
    assert score(failing(InvalidData("no frauds"))) == FoldScore(None, 0.0, "no frauds")
    for error in (Unavailable("no disk"), ZeroDivisionError("a fault")):
        with pytest.raises(type(error)):
            score(failing(error))


def test_a_score_that_is_no_number_cannot_be_compared() -> None:
    nothing: Any = None
    result = FitResult(float("nan"), nothing, 0.5, None, 1.0, 1.0, 0)
    found = score(FitPool(InlineExecutor, lambda _: result, 1))
    assert found.score is None
    assert "nan, which cannot be compared" in (found.reason or "")
