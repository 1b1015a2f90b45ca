"""The same request gives the same winner, whole at once or stopped and resumed."""

from itertools import count
from typing import Any

import pytest

from experiments.feature_sets import PLAIN_SET
from experiments.progress import Interrupted
from experiments.search.trials import FoldScore, best_first
from experiments.session import ExperimentSession
from experiments.tuning import budget, run, trial_fits
from experiments.tuning.budget import Budget
from experiments.tuning.params import TuneParams
from experiments.tuning.result import TuningResult
from experiments.tuning.run import run_search
from fakes.studies.tuning import ASKED, session_in, tuned_in
from foundation.errors import InvalidData, InvalidParams

Tuned = tuple[TuningResult, ExperimentSession]


def test_the_same_request_gives_the_same_winner_to_the_last_digit(
    tuned: Tuned, tmp_path: Any
) -> None:
    again = tuned_in(session_in(tmp_path))
    first = tuned[0]
    assert again.hyperparameters() == first.hyperparameters()
    assert again.winner.threshold == first.winner.threshold
    assert [t.value for t in again.trials] == [t.value for t in first.trials]


def test_a_search_that_was_stopped_goes_on_and_finds_the_same(tuned: Tuned, tmp_path: Any) -> None:
    session = session_in(tmp_path)
    params = TuneParams(**ASKED)

    def stop_at_three(done: int, of: int, last: str) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="finished trials are kept in study"):
        run_search(params, PLAIN_SET, session, stop_at_three)
    whole = run_search(params, PLAIN_SET, session, lambda *_: None)
    assert whole.hyperparameters() == tuned[0].hyperparameters()
    assert [t.value for t in whole.trials] == [t.value for t in tuned[0].trials]


def test_a_study_of_that_name_that_was_asked_for_something_else_is_refused(tmp_path: Any) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    session, params = session_in(tmp_path), TuneParams(**ASKED, study="mine")
    with pytest.raises(Interrupted):
        run_search(params, PLAIN_SET, session, stop)
    with pytest.raises(InvalidParams, match="folds is 2 in the study, not 3"):
        tuned_in(session, study="mine", folds=3)


def test_a_search_of_which_every_trial_failed_chooses_nothing(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = FoldScore(None, 0.0, "too little memory")
    monkeypatch.setattr(trial_fits, "_score", lambda _: failed)
    with pytest.raises(InvalidData, match=r"No trial .* was completed: too little memory\."):
        tuned_in(session_in(tmp_path))


def test_a_search_whose_time_is_over_at_once_has_one_trial_to_choose(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "monotonic", count(step=10_000).__next__)
    result = tuned_in(session_in(tmp_path), trials=0, seconds=60)
    assert len(result.trials) == 1
    assert result.winner.test["average_precision"].value > 0


def test_seconds_that_do_not_suffice_leave_a_winner_and_are_named(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = Budget(60, began=-1e9)
    monkeypatch.setattr(run.Budget, "of", lambda _: over)
    monkeypatch.setattr(Budget, "may_begin_a_fit", lambda _: True)
    result = tuned_in(session_in(tmp_path), seconds=60)
    assert len(result.trials) == 5
    assert len(result.confirmation.confirmed) == 1
    assert result.confirmation.best.finalist.trials[0] is best_first(result.trials)[0]
    assert result.winner.spec.recipe.bags == 1
    assert (
        "In 60 s, 1 of 2 finalists were not confirmed and the winner has 1 bag instead of 2."
        in (result.verdict())
    )
