"""A study is resumed as the one it was, keeps what each trial gave, and ends when it should."""

from datetime import UTC, datetime, timedelta

import pytest

from experiments.search import (
    Outcome,
    TrialFailed,
    TrialFinished,
    TrialStarted,
    TrialVoided,
    open_study,
    resume_study,
)
from experiments.search.liveness import this_host, this_worker
from experiments.search.space import SearchSpace
from experiments.search.trials import WORKER
from fakes.objective import calling_first, quick
from fakes.studies import SPACE, law, study_request
from foundation.errors import InvalidParams, NotFound, Unavailable


def constant(value):
    return lambda suggestion, report: Outcome(value)


def test_a_study_that_is_resumed_as_another_is_refused_with_each_difference(where, name) -> None:
    request = study_request(name=name, facts={"folds": 3, "features": {"log_amount": True}})
    open_study(request, where)
    changed = {
        "seed": 8,
        "data_digest": "e" * 64,
        "facts": {"folds": 5, "features": {"log_amount": False}, "more": 1},
        "search_space": SearchSpace.over(SPACE.algorithms, {"xgboost": {"max_depth": [3, 12]}}),
        "trials": 99,
    }
    with pytest.raises(InvalidParams, match="give another name") as refused:
        open_study(request.model_copy(update=changed), where)
    problems = refused.value.problems
    assert "seed is 7 in the study, not 8" in problems
    assert f"data_digest is {'d' * 64!r} in the study, not {'e' * 64!r}" in problems
    assert "facts.folds is 3 in the study, not 5" in problems
    assert "facts.features.log_amount is True in the study, not False" in problems
    assert "facts.more is None in the study, not 1" in problems
    assert "search_space.ranges.xgboost.max_depth.high is 10 in the study, not 12" in problems
    assert not any(problem.startswith("trials") for problem in problems)
    open_study(request, where)


def test_a_worker_opens_a_study_by_its_name(where, name) -> None:
    request = study_request(name=name, facts={"folds": 3}, prune_below=25)
    open_study(request, where)
    open_study(request.model_copy(update={"trials": 30}), where)
    assert resume_study(name, where).request == request.model_copy(update={"trials": 30})


def test_a_study_that_is_not_there_cannot_be_opened_by_name(where, name) -> None:
    with pytest.raises(NotFound, match=f"no study {name}"):
        resume_study(name, where)


def test_an_objective_sees_what_production_accepts_and_the_study_keeps_it(where, name) -> None:
    seen = {}
    study = open_study(study_request(name=name, trials=6), where)
    study.work(calling_first(lambda one: seen.update({one.slot: one})))
    for trial in study.trials():
        suggestion = seen[trial.slot]
        assert trial.hyperparameters == suggestion.hyperparameters
        assert (trial.algorithm, trial.seed) == (suggestion.algorithm, suggestion.seed)
    assert list(seen) == [trial.slot for trial in study.trials()] == list(range(6))


def test_the_best_are_the_highest_and_of_equals_the_earliest(tmp_path) -> None:
    study = open_study(study_request(trials=8), tmp_path / "journal")
    study.work(lambda suggestion, report: Outcome(-(suggestion.slot // 2 % 3)))
    assert [trial.slot for trial in study.completed()[:5]] == [0, 1, 6, 7, 2]


def test_neither_a_pruned_nor_a_failed_trial_is_the_best(tmp_path) -> None:
    def objective(suggestion, report):
        if suggestion.slot == 9:
            message = "no"
            raise TrialFailed(message)
        value = 1.0 if suggestion.slot < 8 else 0.5
        report(0, value)
        return Outcome(value if suggestion.slot < 8 else 2.0)

    study = open_study(study_request(trials=12, prune_below=50), tmp_path / "journal")
    study.work(objective)
    states = [trial.state for trial in study.trials()]
    assert states == ["complete"] * 8 + ["pruned", "failed", "pruned", "pruned"]
    assert [trial.slot for trial in study.completed()] == list(range(8))
    progress = study.progress()
    assert (progress.complete, progress.pruned, progress.failed) == (8, 3, 1)
    assert (progress.finished, progress.slots, progress.running) == (12, 12, 0)


def test_a_trial_is_judged_by_earlier_batches_alone(tmp_path) -> None:
    """In the first batch nothing is pruned, however bad; later the same values are."""
    study = open_study(study_request(trials=16, batch_size=8, prune_below=50), tmp_path / "j")
    answers = []

    def objective(suggestion, report):
        value = float(suggestion.slot % 8)
        answers.append(report(0, value))
        return Outcome(value)

    study.work(objective)
    assert answers == [False] * 8 + [True] * 4 + [False] * 4
    assert [trial.steps for trial in study.trials()] == [{0: float(n % 8)} for n in range(16)]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_value_that_cannot_be_compared_is_a_failure_with_its_reason(where, name, value) -> None:
    study = open_study(study_request(name=name, trials=3), where)
    study.work(constant(value))
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


def test_no_trial_starts_after_the_deadline(tmp_path) -> None:
    study = open_study(study_request(trials=None), tmp_path / "journal")
    study.work(quick, until=datetime.now(UTC) - timedelta(seconds=1))
    assert study.trials() == []
    study.work(quick, until=datetime.now(UTC) + timedelta(seconds=0.2))
    assert study.trials()


def test_a_study_without_an_end_is_refused(tmp_path) -> None:
    study = open_study(study_request(trials=None), tmp_path / "journal")
    with pytest.raises(InvalidParams, match="it has no end"):
        study.work(quick)


def test_a_grid_ends_by_itself(tmp_path) -> None:
    study = open_study(study_request(trials=None, strategy="grid"), tmp_path / "journal")
    study.work(quick)
    assert len(study.trials()) == study.progress().slots == 18


def test_a_slot_created_twice_counts_once(where, name) -> None:
    study, other = (open_study(study_request(name=name, trials=4), where) for _ in range(2))
    empty = study._ledger()
    study._create([0, 1, 2, 3], 0, empty)
    for slot in (0, 1, 2, 3):  # as it comes out when both looked before either wrote
        trial = study._ledger().slots[slot]
        study._store.create(trial.params, trial.distributions, trial.user_attrs)
    started = []
    other.work(quick, on_event=lambda e: started.append(e) if isinstance(e, TrialStarted) else None)
    assert len(started) == len(study.trials()) == 4
    assert study._ledger().spare == []
    assert study.deaths() == []


def test_a_worker_of_another_host_is_dead_when_its_beat_stands_still(where, name) -> None:
    study = open_study(study_request(name=name, trials=4), where, grace_seconds=0.2)
    hold_as(study, {**this_worker(), "host": "elsewhere"})
    events = []
    study.work(quick, on_event=events.append)
    assert [e.slot for e in events if isinstance(e, TrialVoided)] == [0]
    assert len(study.trials()) == 4
    assert [slot for slot, _ in study.deaths()] == [0]


def test_a_worker_of_another_host_that_beats_is_waited_for(tmp_path) -> None:
    study = open_study(study_request(trials=1), tmp_path / "journal", grace_seconds=0.3)
    trial = hold_as(study, {**this_worker(), "host": "elsewhere"})
    for count in range(10):
        study._store.note(trial, "beat", count)
        study.work(quick, until=datetime.now(UTC) + timedelta(seconds=0.1))
    assert study.progress().running == 1
    assert study.deaths() == []


def test_a_worker_whose_process_is_gone_is_dead_at_once(tmp_path) -> None:
    study = open_study(study_request(trials=2), tmp_path / "journal")
    recycled = {**this_worker(), "host": this_host(), "started_at": 1.0}
    hold_as(study, recycled)
    study.work(quick)
    assert len(study.trials()) == 2


def test_a_worker_that_was_taken_for_dead_keeps_nothing_and_is_told_to_stop(where, name) -> None:
    told, events = [], []
    study, other = (open_study(study_request(name=name, trials=2), where) for _ in range(2))

    def slow(suggestion, report):
        if suggestion.slot == 0 and not told:
            trial = other._ledger().slots[0]
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


def test_a_slot_that_is_given_up_is_a_failure_and_is_not_run(where, name) -> None:
    run = []
    study = open_study(study_request(name=name, trials=4), where)
    study.give_up(2, "it needs more memory than there is")
    study.work(calling_first(lambda suggestion: run.append(suggestion.slot)))
    assert run == [0, 1, 3]
    assert study.trials()[2].reason == "it needs more memory than there is"
    before = law(study.trials())
    study.give_up(0, "too late")
    assert law(study.trials()) == before


def test_a_slot_that_has_not_been_reached_cannot_be_given_up(tmp_path) -> None:
    study = open_study(study_request(), tmp_path / "journal")
    with pytest.raises(NotFound, match="Slot 19 of study hill has not been reached"):
        study.give_up(19, "for no reason")


def hold_as(study, worker):
    """Claim slot 0 for `worker`, who never finishes it."""
    study._create([0], 0, study._ledger())
    trial = study._ledger().slots[0]
    assert study._store.claim(trial)
    study._store.note(trial, WORKER, worker)
    return trial
