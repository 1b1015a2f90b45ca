"""Pruning: give a hopeless trial up at a step, by what earlier batches reached there."""

import copy
from collections.abc import Callable

import optuna
from optuna.pruners import PercentilePruner
from optuna.trial import FrozenTrial

from experiments.search.liveness import Heart
from experiments.search.store import StudyStore

# Called by an objective after each step with the value so far; True asks it to stop there.
Report = Callable[[int, float], bool]


class Pruner:
    """Compares with completed trials of earlier batches alone, so that no race decides."""

    def __init__(self, prune_below: float | None, earlier: Callable[[], optuna.Study]) -> None:
        self._rule = None if prune_below is None else PercentilePruner(100 - prune_below)
        self._earlier = earlier

    def is_hopeless(self, trial: FrozenTrial) -> bool:
        return self._rule is not None and self._rule.prune(self._earlier(), trial)


class Reporter:
    """The `report` of one trial: keeps the value of each step, and says when to stop."""

    def __init__(self, trial: FrozenTrial, store: StudyStore, pruner: Pruner, heart: Heart) -> None:
        self._trial, self._store, self._pruner, self._heart = trial, store, pruner, heart
        self._so_far = copy.copy(trial)
        self._so_far.intermediate_values = {}
        self.is_pruned = False

    @property
    def steps(self) -> dict[int, float]:
        return dict(sorted(self._so_far.intermediate_values.items()))

    def __call__(self, step: int, value: float) -> bool:
        self._so_far.intermediate_values[step] = value
        is_ours = self._store.step(self._trial, step, value)
        self.is_pruned = self.is_pruned or self._pruner.is_hopeless(self._so_far)
        # A trial that someone else has taken over is not worth finishing either.
        return self.is_pruned or not is_ours or self._heart.was_taken
