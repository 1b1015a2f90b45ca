"""A finished trial has the mean of its folds, and is read by Optuna as what it was."""

import pytest
from optuna.trial import TrialState

from experiments.search.trials import FinishedTrial, as_optuna, best_first, running_means
from fakes.studies.studies import suggestion

COMPLETE = FinishedTrial(suggestion(0), "complete", (0.25, 0.75), 2.0)
PRUNED = FinishedTrial(suggestion(1), "pruned", (0.9,), 1.0)
FAILED = FinishedTrial(suggestion(2), "failed", (0.5,), 1.0, "no fraud in it")


def test_the_value_is_the_mean_of_the_folds_and_a_failed_trial_has_none() -> None:
    assert [trial.value for trial in (COMPLETE, PRUNED, FAILED)] == [0.5, 0.9, None]


def test_each_step_is_the_mean_so_far() -> None:
    assert running_means([0.25, 0.75, 0.5]) == {1: 0.25, 2: 0.5, 3: 0.5}


@pytest.mark.parametrize(
    ("trial", "state", "steps"),
    [
        (COMPLETE, TrialState.COMPLETE, {1: 0.25, 2: 0.5}),
        (PRUNED, TrialState.PRUNED, {1: 0.9}),
        (FAILED, TrialState.FAIL, {1: 0.5}),
    ],
)
def test_optuna_reads_a_trial_with_its_state_its_steps_and_its_reason(
    trial: FinishedTrial, state: TrialState, steps: dict[int, float]
) -> None:
    read = as_optuna(trial)
    assert (read.state, read.intermediate_values, read.value) == (state, steps, trial.value)
    assert read.user_attrs["slot"] == trial.slot
    assert read.user_attrs.get("reason") == trial.reason


def test_only_completed_trials_are_ranked_and_equals_come_by_slot() -> None:
    equal = FinishedTrial(suggestion(3), "complete", (0.5,), 1.0)
    better = FinishedTrial(suggestion(4), "complete", (0.6,), 1.0)
    assert best_first([equal, better, PRUNED, COMPLETE, FAILED]) == [better, COMPLETE, equal]
