"""Objective: how good one suggestion is on the folds of the training rows."""

from collections.abc import Sequence
from statistics import fmean
from time import perf_counter

from experiments.evaluation.model_spec import ModelSpec
from experiments.search import Outcome, Report, Suggestion
from fraud.data.folds import Fold
from fraud.data.labelled_rows import LabelledRows
from fraud.explanation.importances import average_precision
from fraud.model.recipe import Recipe


class FoldObjective:
    """Mean average precision over folds; each fold is judged by a model that never saw it.

    A fold is a step: after each, a trial that is hopeless by the trials of earlier batches ends.
    """

    def __init__(self, rows: LabelledRows, folds: Sequence[Fold], recipe: Recipe) -> None:
        self._rows, self._folds, self._recipe = rows, folds, recipe

    def __call__(self, suggestion: Suggestion, report: Report) -> Outcome:
        spec = ModelSpec(
            algorithm=suggestion.algorithm,
            hyperparameters=suggestion.hyperparameters,
            recipe=self._recipe,
            seed=suggestion.seed,
        )
        began, found = perf_counter(), list[float]()
        for step, fold in enumerate(self._folds, start=1):
            found.append(self._average_precision(spec, fold))
            # After the last fold there is no time left to save.
            if step < len(self._folds) and report(step, fmean(found)):
                break
        facts = {"folds": found, "fit_seconds": round(perf_counter() - began, 3)}
        return Outcome(fmean(found), facts)

    def _average_precision(self, spec: ModelSpec, fold: Fold) -> float:
        model = spec.fit(self._rows.take(fold.train), self._rows.take(fold.stop))
        judged = self._rows.take(fold.validation)
        return average_precision(judged.labels, model.scores(judged.rows))
