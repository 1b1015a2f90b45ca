"""A fit is scored on rows that it did not learn from, and returns what was asked for."""

from dataclasses import replace

from experiments.evaluation.fitting import FitRequest, fit_and_score
from experiments.evaluation.model_spec import ModelSpec
from fakes.data.labelled_rows import fake_rows
from fraud.data.folds import FoldPlan, make_folds
from fraud.metrics.costs import Costs

ROWS = fake_rows(1, 900)
FOLD = make_folds(ROWS, FoldPlan(folds=2))[0]
TREES = ModelSpec(algorithm="xgboost", hyperparameters={"n_estimators": 20})
KEPT = FitRequest(TREES, FOLD, Costs(), keeps_model=True)


def test_only_a_request_that_keeps_the_model_returns_files_of_the_refitted_one() -> None:
    train, stop = ROWS.take(FOLD.train), ROWS.take(FOLD.stop)
    stopped = TREES.fit(train, stop)
    kept = fit_and_score(KEPT, ROWS)
    assert kept.files == TREES.refitted(stopped, train, stop).to_files() != stopped.to_files()
    assert (kept.scores == stopped.scores(ROWS.rows[FOLD.validation])).all()
    assert fit_and_score(replace(KEPT, keeps_model=False), ROWS).files is None


def test_a_fit_that_only_ranks_gives_the_same_average_precision_and_no_scores() -> None:
    whole = fit_and_score(KEPT, ROWS)
    ranked = fit_and_score(replace(KEPT, keeps_model=False, only_ranks=True), ROWS)
    assert ranked.average_precision == whole.average_precision > 0.2
    assert len(ranked.scores) == 0
    assert ranked.files is None
