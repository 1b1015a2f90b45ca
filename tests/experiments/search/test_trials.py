"""Of the trials that a slot has in the storage, the first that was not voided counts."""

from typing import Any

from optuna.trial import FrozenTrial, TrialState, create_trial

from experiments.search.trials import (
    DIED,
    INTERRUPTED,
    RESULT,
    SLOT,
    VOID,
    FinishedTrial,
    TrialTable,
    finished_trial,
    is_void,
    result_of,
)

GOOD = {RESULT: {"seconds": 1.0, "attrs": {"folds": 3}}}


def stored(slot: int, state: TrialState, **attributes: Any) -> FrozenTrial:
    facts = {SLOT: slot, "algorithm": "xgboost", "hyperparameters": {"max_depth": 3}, "seed": 8}
    value = {"value": 0.5} if state in (TrialState.COMPLETE, TrialState.PRUNED) else {}
    return create_trial(state=state, user_attrs=facts | attributes, **value)


def test_the_first_trial_of_a_slot_that_was_not_voided_counts() -> None:
    died = stored(0, TrialState.FAIL, **{VOID: DIED})
    counts = stored(0, TrialState.COMPLETE, **GOOD)
    late = stored(0, TrialState.RUNNING)
    table = TrialTable([died, counts, late])
    assert table.slots == {0: counts}
    assert table.spare == [late]
    assert table.deaths == [died]


def test_an_interrupted_trial_is_no_death_and_a_refused_one_is_not_void() -> None:
    interrupted = stored(0, TrialState.FAIL, **{VOID: INTERRUPTED})
    refused = stored(1, TrialState.FAIL, **{RESULT: {"seconds": 1.0, "reason": "no tree"}})
    table = TrialTable([interrupted, refused])
    assert [is_void(trial) for trial in (interrupted, refused)] == [True, False]
    assert table.deaths == []
    assert table.finished() == [refused]


def test_finished_trials_come_in_the_order_of_their_slots() -> None:
    later, first = stored(5, TrialState.COMPLETE, **GOOD), stored(2, TrialState.PRUNED, **GOOD)
    running, foreign = stored(3, TrialState.RUNNING), create_trial(value=1.0)
    table = TrialTable([later, foreign, running, first])
    assert table.finished() == [first, later]
    assert table.finished(range(3)) == [first]
    assert table.running == [running]


def test_a_finished_trial_is_read_as_it_was_kept() -> None:
    trial = FinishedTrial(
        4, "xgboost", {"max_depth": 3}, seed=8, state="complete", value=0.5, steps={},
        attrs={"folds": [0.5]}, seconds=2.5, reason=None,
    )  # fmt: skip
    assert finished_trial(stored(4, TrialState.COMPLETE, **{RESULT: result_of(trial)})) == trial
    assert "reason" not in result_of(trial)
