"""Objective: mean average precision of a trial over folds of the training rows."""

from collections.abc import Sequence
from statistics import fmean
from time import perf_counter

from experiments.evaluation.model_spec import ModelSpec
from experiments.search.pruning import Report
from experiments.search.trials import Outcome, Suggestion
from fraud.data.folds import Fold
from fraud.data.labelled_rows import LabelledRows
from fraud.explanation.importances import average_precision
from fraud.model.recipe import Recipe


class FoldObjective:
    """Mean average precision over folds, each scored by a model that was not fitted on it.

    A fold is a step: after each, a trial that is hopeless beside earlier batches is pruned.
    """

    def __init__(self, rows: LabelledRows, folds: Sequence[Fold], recipe: Recipe) -> None:
        self._rows, self._folds, self._recipe = rows, folds, recipe

    def __call__(self, suggestion: Suggestion, report: Report) -> Outcome:
        """Return the mean over the folds that were fitted."""
        spec = ModelSpec(
            algorithm=suggestion.algorithm,
            hyperparameters=suggestion.hyperparameters,
            recipe=self._recipe,
            seed=suggestion.seed,
        )
        began, scores = perf_counter(), list[float]()
        for step, fold in enumerate(self._folds, start=1):
            scores.append(self._average_precision(spec, fold))
            # After the last fold, pruning saves no time.
            if step < len(self._folds) and report(step, fmean(scores)):
                break
        facts = {"folds": scores, "fit_seconds": round(perf_counter() - began, 3)}
        return Outcome(fmean(scores), facts)

    def _average_precision(self, spec: ModelSpec, fold: Fold) -> float:
        model = spec.fit(self._rows.take(fold.train), self._rows.take(fold.stop))
        validated = self._rows.take(fold.validation)
        return average_precision(validated.labels, model.scores(validated.rows))
