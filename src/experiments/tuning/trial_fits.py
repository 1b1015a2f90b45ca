"""Trial fits: the folds of trials, fitted by the workers of a pool."""

import math
from collections.abc import Callable, Sequence

from experiments.evaluation.fit_pool import FitPool, PendingFit
from experiments.evaluation.fitting import FitRequest
from experiments.evaluation.model_spec import ModelSpec
from experiments.search.trials import FoldScore, Suggestion
from foundation.errors import FraudDetectionError
from fraud.data.folds import Fold
from fraud.metrics.costs import Costs
from fraud.model.recipe import Recipe


class PooledFits:
    """Average precision of trials on folds, each scored by a model that was not fitted on it.

    At `until()` (of the monotonic clock) fits that are under way are given up: OutOfTime is raised.
    """

    def __init__(
        self,
        pool: FitPool,
        folds: Sequence[Fold],
        recipe: Recipe,
        costs: Costs,
        until: Callable[[], float | None] = lambda: None,
    ) -> None:
        self._pool, self._folds, self._recipe, self._costs = pool, folds, recipe, costs
        self._until = until
        self._fits: dict[PendingFit, tuple[Suggestion, int]] = {}

    @property
    def folds(self) -> int:
        """The number of folds of each trial."""
        return len(self._folds)

    @property
    def width(self) -> int:
        """The number of fits that run at once."""
        return self._pool.workers

    @property
    def pending(self) -> int:
        """The number of fits that were submitted and not handed over yet."""
        return len(self._fits)

    def submit(self, suggestion: Suggestion, fold: int) -> None:
        """Begin one fit; `fold` counts from 1."""
        spec = ModelSpec(
            algorithm=suggestion.algorithm,
            hyperparameters=suggestion.hyperparameters,
            recipe=self._recipe,
            seed=suggestion.seed,
        )
        request = FitRequest(spec, self._folds[fold - 1], self._costs, only_ranks=True)
        self._fits[self._pool.submit(request)] = suggestion, fold

    def next_done(self) -> tuple[Suggestion, int, FoldScore]:
        """Wait for a fit to finish, and hand it over."""
        done = self._pool.wait_for_one(self._fits, until=self._until())
        return *self._fits.pop(done), _score(done)


def _score(fit: PendingFit) -> FoldScore:
    """Return what a fit gave; a refusal that each attempt would meet is the trial's failure."""
    try:
        result = fit.result()
    except FraudDetectionError as error:
        if error.worth_retrying:
            raise
        return FoldScore(None, 0.0, str(error))
    if not math.isfinite(result.average_precision):
        reason = f"its average precision is {result.average_precision}, which cannot be compared"
        return FoldScore(None, result.seconds, reason)
    return FoldScore(result.average_precision, result.seconds)
