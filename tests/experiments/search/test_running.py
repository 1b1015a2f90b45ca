"""A trial ends complete, failed with a reason, or not at all: then its slot is run again."""

import pytest

from experiments.search.events import TrialFinished, TrialStarted, TrialVoided
from experiments.search.opening import open_study
from experiments.search.trials import Outcome
from fakes.studies.objective import calling_first, quick
from fakes.studies.studies import study_request
from foundation.errors import InvalidParams, Unavailable


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_value_that_cannot_be_compared_is_a_failure_with_its_reason(where, name, value) -> None:
    study = open_study(study_request(name=name, trials=3), where)
    study.work(lambda suggestion, report: Outcome(value))
    assert [trial.state for trial in study.trials()] == ["failed"] * 3
    assert str(value) in study.trials()[0].reason
    assert study.completed() == []


def test_a_refusal_is_kept_and_not_tried_again(where, name) -> None:
    tried = []

    def objective(suggestion, report):
        tried.append(suggestion.slot)
        what, problem = "The hyperparameters", "no tree can be grown with these"
        raise InvalidParams(what, [problem])

    for _ in range(2):
        study = open_study(study_request(name=name, trials=3), where)
        study.work(objective)
    assert tried == [0, 1, 2]
    assert all("no tree" in trial.reason for trial in study.trials())


@pytest.mark.parametrize("error", [Unavailable("busy"), MemoryError(), KeyboardInterrupt()])
def test_what_is_not_the_combinations_fault_leaves_its_slot_to_be_run_again(
    where, name, error
) -> None:
    def interrupt(suggestion):
        if suggestion.slot == 2:
            raise error

    study = open_study(study_request(name=name, trials=5), where)
    with pytest.raises(type(error)):
        study.work(calling_first(interrupt))
    assert [trial.slot for trial in study.trials()] == [0, 1]
    assert study.progress().running == 0
    study.work(quick)
    assert [trial.slot for trial in study.trials()] == [0, 1, 2, 3, 4]


def test_attributes_that_are_not_json_are_refused_before_they_are_kept(tmp_path) -> None:
    study = open_study(study_request(), tmp_path / "journal")
    with pytest.raises(TypeError):
        study.work(lambda suggestion, report: Outcome(1.0, {"model": object()}))
    assert study.trials() == []


def test_a_worker_that_was_taken_for_dead_keeps_nothing_and_is_told_to_stop(where, name) -> None:
    told, events = [], []
    study, other = (open_study(study_request(name=name, trials=2), where) for _ in range(2))

    def slow(suggestion, report):
        if suggestion.slot == 0 and not told:
            trial = other._table().slots[0]
            other._void(trial, "its worker died")
            told.append(report(0, 0.5))
            return Outcome(123.0)
        return quick(suggestion, report)

    study.work(slow, on_event=events.append)
    assert told == [True]
    assert TrialVoided(0, "another worker took it over") in events
    assert 123.0 not in [trial.value for trial in study.trials()]
    assert len(study.trials()) == 2


def test_each_trial_is_told_once_and_kept_to_the_last_bit(where, name) -> None:
    events = []
    study = open_study(study_request(name=name, trials=5), where)
    study.work(quick, on_event=events.append)
    assert [type(event) for event in events] == [TrialStarted, TrialFinished] * 5
    told = [event.trial for event in events if isinstance(event, TrialFinished)]
    assert told == study.trials()
