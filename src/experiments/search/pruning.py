"""Pruning: stop a hopeless trial at a step, by the values of earlier batches at that step."""

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
    """Prunes by completed trials of earlier batches only, so that no race decides."""

    def __init__(self, prune_below: float | None, earlier: Callable[[], optuna.Study]) -> None:
        self._rule = None if prune_below is None else PercentilePruner(100 - prune_below)
        self._earlier = earlier

    def is_hopeless(self, trial: FrozenTrial) -> bool:
        """Return whether a trial is among the worst at its last step."""
        return self._rule is not None and self._rule.prune(self._earlier(), trial)


class Reporter:
    """The `report` of one trial: stores the value of each step; returns whether to stop."""

    def __init__(self, trial: FrozenTrial, store: StudyStore, pruner: Pruner, heart: Heart) -> None:
        self._trial, self._store, self._pruner, self._heart = trial, store, pruner, heart
        self._so_far = copy.copy(trial)
        self._so_far.intermediate_values = {}
        self.is_pruned = False

    @property
    def steps(self) -> dict[int, float]:
        """The values that were reported, by step."""
        return dict(sorted(self._so_far.intermediate_values.items()))

    def __call__(self, step: int, value: float) -> bool:
        self._so_far.intermediate_values[step] = value
        is_ours = self._store.step(self._trial, step, value)
        self.is_pruned = self.is_pruned or self._pruner.is_hopeless(self._so_far)
        # A trial that another worker has taken over is stopped too.
        return self.is_pruned or not is_ours or self._heart.was_taken
