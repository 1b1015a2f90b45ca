"""The same request gives the same winner, whole at once or stopped and resumed."""

from typing import Any

import pytest

from experiments.feature_sets import PLAIN_SET
from experiments.progress import Interrupted
from experiments.search.study import Study
from experiments.session import ExperimentSession
from experiments.tuning.params import TuneParams
from experiments.tuning.result import TuningResult
from experiments.tuning.run import run_search
from fakes.studies.tuning import ASKED, search_in, session_in, tuned_in
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
        run_search(params, PLAIN_SET, session, stop_at_three, search_in(session))
    whole = run_search(params, PLAIN_SET, session, lambda *_: None, search_in(session))
    assert whole.hyperparameters() == tuned[0].hyperparameters()
    assert [t.value for t in whole.trials] == [t.value for t in tuned[0].trials]


def test_a_study_of_that_name_that_was_asked_for_something_else_is_refused(tmp_path: Any) -> None:
    def end_at_once(*_: object) -> None:
        raise KeyboardInterrupt

    session, params = session_in(tmp_path), TuneParams(**ASKED, study="mine")
    with pytest.raises(Interrupted):
        run_search(params, PLAIN_SET, session, lambda *_: None, end_at_once)
    with pytest.raises(InvalidParams, match="folds is 2 in the study, not 3"):
        tuned_in(session, study="mine", folds=3)


def test_a_search_in_which_no_trial_ended_chooses_nothing(tmp_path: Any) -> None:
    def find_nothing(study: Study, *_: object) -> None:
        """As a search that ran out of seconds before its first trial was done."""

    with pytest.raises(InvalidData, match=r"No trial .* the budget ended before any trial did"):
        run_search(
            TuneParams(**ASKED), PLAIN_SET, session_in(tmp_path), lambda *_: None, find_nothing
        )
