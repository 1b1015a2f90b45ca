"""Folds of a trial count in their order, whatever order they finish in."""

from experiments.search.batch import OpenTrial, next_fit
from experiments.search.pruning import Pruner
from experiments.search.sampling import study_in_memory
from experiments.search.trials import FinishedTrial, FoldScore
from fakes.studies.studies import suggestion

NOTHING = Pruner(None, study_in_memory([]))
ALIKE = [FinishedTrial(suggestion(n), "complete", (0.5, 0.5, 0.5), 1.0) for n in range(5)]
STRICT = Pruner(50.0, study_in_memory(ALIKE))


def opened(**known: float) -> OpenTrial:
    scores = {int(fold[1:]): FoldScore(score, 1.0) for fold, score in known.items()}
    return OpenTrial(suggestion(5), steps=3, known=scores)


def test_a_trial_is_not_finished_before_its_earlier_folds_are() -> None:
    assert opened(f3=0.5, f2=0.5).finished(NOTHING) is None
    finished = opened(f3=0.75, f2=0.5, f1=0.25).finished(NOTHING)
    assert finished is not None
    assert (finished.state, finished.folds, finished.value) == ("complete", (0.25, 0.5, 0.75), 0.5)


def test_a_fold_that_was_fitted_ahead_does_not_save_a_hopeless_trial() -> None:
    finished = opened(f1=0.1, f2=9.0, f3=9.0).finished(STRICT)
    assert finished is not None
    assert (finished.state, finished.folds, finished.seconds) == ("pruned", (0.1,), 1.0)


def test_nothing_is_pruned_after_the_last_fold() -> None:
    finished = opened(f1=0.6, f2=0.6, f3=0.0).finished(STRICT)
    assert finished is not None
    assert finished.state == "complete"


def test_a_fold_ahead_is_fitted_only_when_no_other_is_missing() -> None:
    first, second = opened(), OpenTrial(suggestion(6), steps=3)
    for trial, fold in ((first, 1), (second, 1), (first, 2), (first, 3), (second, 2), (second, 3)):
        assert next_fit([first, second]) == (trial, fold)
        trial.running.add(fold)
    assert next_fit([first, second]) is None
