"""Run of a comparison: cross-validate every model specification and rank the contenders."""

from datetime import datetime
from typing import TYPE_CHECKING

from experiments.comparison.contender import Contender
from experiments.comparison.result import CompareParams, Comparison
from experiments.evaluation.cross_validation import CrossValidation, OutOfFoldScores
from experiments.evaluation.fit_pool import FitResult
from experiments.evaluation.model_spec import ModelSpec
from experiments.feature_sets import feature_set_named
from experiments.progress import progress
from fraud.data.folds import make_folds
from fraud.metrics.evaluation import evaluate_out_of_fold
from fraud.model.recipe import Recipe
from fraud.significance.paired_comparison import against_best

if TYPE_CHECKING:
    from experiments.session import ExperimentSession
    from foundation.progress import OnProgress


def run_comparison(
    params: CompareParams, session: "ExperimentSession", on_fit: "OnProgress[str] | None" = None
) -> Comparison:
    from experiments.comparison.tracking import record_comparison

    began, features = session.execution.now(), feature_set_named(params.features)
    development = session.development(params, features)
    candidates = named_candidates(params)
    folds = make_folds(development.train, params.fold_plan)
    folded = session.cross_validation(development, features.history, folds)
    with progress("Comparing", on_fit) as on_progress:
        found = folded.evaluate_with_final_model(list(candidates.values()), params, on_progress)
    return record_comparison(_compared(candidates, folded, found, params, began), session)


def named_candidates(params: CompareParams) -> dict[str, ModelSpec]:
    """Every algorithm with every strategy, under the name that people will read."""
    features = feature_set_named(params.features).row_wise
    return {
        _name(algorithm, imbalance): ModelSpec(
            algorithm=algorithm,
            recipe=Recipe(features=features, imbalance=imbalance),
            seed=params.seed,
        )
        for algorithm in params.algorithms
        for imbalance in params.imbalance
    }


def _name(algorithm: str, imbalance: str) -> str:
    return algorithm if imbalance == "weights" else f"{algorithm}, {imbalance}"


def _compared(
    candidates: dict[str, ModelSpec],
    folded: CrossValidation,
    found: list[tuple[OutOfFoldScores, FitResult]],
    params: CompareParams,
    began: datetime,
) -> Comparison:
    rows = folded.validated
    scores = {name: folds.scores for name, (folds, _) in zip(candidates, found, strict=True)}
    versus = against_best(rows.labels, scores, resamples=params.resamples, seed=params.seed)
    contenders = [
        Contender(
            name=name,
            candidate=candidate,
            folds=folds,
            whole=whole,
            metrics=evaluate_out_of_fold(rows, folds.scores, folds.flagged, params),
            versus_best=versus[name],
        )
        for (name, candidate), (folds, whole) in zip(candidates.items(), found, strict=True)
    ]
    contenders.sort(key=lambda each: -each.metrics["average_precision"].value)
    return Comparison(params, folded.development, rows, contenders, began)
