"""A study is resumed as the one it was, keeps what each trial gave, and ends when it should."""

from datetime import UTC, datetime, timedelta

import pytest

from experiments.search.events import TrialStarted
from experiments.search.opening import open_study
from experiments.search.running import TrialFailed
from experiments.search.trials import Outcome
from fakes.studies.objective import calling_first, quick
from fakes.studies.studies import law, study_request
from foundation.errors import InvalidParams, NotFound


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
    empty = study._table()
    study._create([0, 1, 2, 3], 0, empty)
    for slot in (0, 1, 2, 3):  # as it comes out when both looked before either wrote
        trial = study._table().slots[slot]
        study._store.create(trial.params, trial.distributions, trial.user_attrs)
    started = []
    other.work(quick, on_event=lambda e: started.append(e) if isinstance(e, TrialStarted) else None)
    assert len(started) == len(study.trials()) == 4
    assert study._table().spare == []
    assert study.deaths() == []


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
