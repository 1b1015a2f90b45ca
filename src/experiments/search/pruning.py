"""Pruning: stop a hopeless trial after a fold, by the values of earlier batches at that fold."""

from collections.abc import Sequence

import optuna
from optuna.pruners import PercentilePruner
from optuna.trial import TrialState, create_trial

from experiments.search.trials import running_means


class Pruner:
    """Prunes by the trials of earlier batches only, so that no race decides.

    After a fold, a trial in the worst share `prune_below` (in percent) is hopeless; None prunes
    nothing.
    """

    def __init__(self, prune_below: float | None, earlier: optuna.Study) -> None:
        self._rule = None if prune_below is None else PercentilePruner(100 - prune_below)
        self._earlier = earlier

    def is_hopeless(self, folds: Sequence[float]) -> bool:
        """Return whether a trial is among the worst after the folds that it has."""
        if self._rule is None:
            return False
        so_far = create_trial(
            state=TrialState.RUNNING, intermediate_values=running_means(folds), params={}
        )
        return self._rule.prune(self._earlier, so_far)
