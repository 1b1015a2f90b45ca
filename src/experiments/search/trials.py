"""Trials of a study by slot: which stored trial counts, and which were voided.

A slot is a trial's place in the study, from 0. In storage a slot may have several trials: two
workers created it at once, or one of them died with it. The one that counts is the first that was
not voided; a voided trial is in state FAIL and has no reason.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from optuna.trial import FrozenTrial, TrialState

SLOT, SEED, ALGORITHM_NAME, HYPERPARAMETERS = "slot", "seed", "algorithm", "hyperparameters"
WORKER, BEAT, VOID = "worker", "beat", "void"
RESULT = "result"  # {"seconds": …, "attrs": …} or {"seconds": …, "reason": …}: kept in one write

State = Literal["complete", "pruned", "failed"]
STATES: dict[State, TrialState] = {
    "complete": TrialState.COMPLETE,
    "pruned": TrialState.PRUNED,
    "failed": TrialState.FAIL,
}
DIED, INTERRUPTED = "its worker died", "it was interrupted"


@dataclass(frozen=True)
class Suggestion:
    """The input of one trial: all hyperparameters, as production accepts them."""

    slot: int
    algorithm: str
    hyperparameters: dict[str, Any]
    seed: int


@dataclass(frozen=True)
class Outcome:
    """The result of an objective: the value (higher is better), and JSON to store with it.

    A pruned trial has its value so far.
    """

    value: float
    attrs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FinishedTrial:
    """A finished slot. `steps` are the reported values; `seconds` is all that may differ."""

    slot: int
    algorithm: str
    hyperparameters: dict[str, Any]
    seed: int
    state: State
    value: float | None
    steps: dict[int, float]
    attrs: dict[str, Any]
    seconds: float
    reason: str | None


class TrialTable:
    """The stored trials of a study, by slot."""

    def __init__(self, trials: Sequence[FrozenTrial]) -> None:
        self._ours = [trial for trial in trials if SLOT in trial.user_attrs]

    @cached_property
    def slots(self) -> dict[int, FrozenTrial]:
        """The trial that counts, of each slot that has one."""
        counting: dict[int, FrozenTrial] = {}
        for trial in self._ours:
            if not is_void(trial):
                counting.setdefault(trial.user_attrs[SLOT], trial)
        return counting

    @property
    def spare(self) -> list[FrozenTrial]:
        """Unfinished trials of slots that have an earlier one."""
        return [
            trial
            for trial in self._ours
            if not trial.state.is_finished() and self.slots[trial.user_attrs[SLOT]] is not trial
        ]

    @property
    def running(self) -> list[FrozenTrial]:
        return [trial for trial in self.slots.values() if trial.state == TrialState.RUNNING]

    @property
    def deaths(self) -> list[FrozenTrial]:
        """Trials whose workers died with them; their slots were tried again, or will be."""
        return [t for t in self._ours if is_void(t) and t.user_attrs.get(VOID) == DIED]

    def finished(self, slots: Iterable[int] | None = None) -> list[FrozenTrial]:
        """Finished trials in slot order, of these slots or of all."""
        wanted = sorted(self.slots) if slots is None else slots
        trials = (self.slots.get(slot) for slot in wanted)
        return [trial for trial in trials if trial is not None and trial.state.is_finished()]


def is_void(trial: FrozenTrial) -> bool:
    """Return whether an attempt at a slot came to nothing."""
    return trial.state == TrialState.FAIL and "reason" not in trial.user_attrs.get(RESULT, {})


def suggestion_of(trial: FrozenTrial) -> Suggestion:
    """Return the suggestion of a stored trial."""
    facts = trial.user_attrs
    return Suggestion(facts[SLOT], facts[ALGORITHM_NAME], facts[HYPERPARAMETERS], facts[SEED])


def finished_trial(trial: FrozenTrial) -> FinishedTrial:
    """Return a stored trial that has finished."""
    result = trial.user_attrs.get(RESULT, {})
    return FinishedTrial(
        **vars(suggestion_of(trial)),
        state=next(name for name, state in STATES.items() if state == trial.state),
        value=trial.value,
        steps=dict(sorted(trial.intermediate_values.items())),
        attrs=result.get("attrs", {}),
        seconds=result.get("seconds", 0.0),
        reason=result.get("reason"),
    )


def result_of(finished: FinishedTrial) -> dict[str, Any]:
    """Return what is stored of a finished trial beside its value and steps."""
    result: dict[str, Any] = {"seconds": finished.seconds, "attrs": finished.attrs}
    return result if finished.reason is None else {**result, "reason": finished.reason}
