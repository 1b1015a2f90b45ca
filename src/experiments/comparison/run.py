"""Run of a comparison: cross-validate every model specification and rank the contenders."""

from typing import TYPE_CHECKING

from experiments.comparison.contender import Contender
from experiments.comparison.result import CompareParams, Comparison
from experiments.evaluation.cross_validation import OutOfFoldScores
from experiments.evaluation.fitting import FitResult
from experiments.evaluation.model_spec import ModelSpec
from experiments.evaluation.production_floors import ProductionFloors
from experiments.feature_sets import FeatureSet
from experiments.progress import progress
from fraud.data.folds import make_folds
from fraud.metrics.evaluation import EvaluationRows, evaluate_out_of_fold
from fraud.model.recipe import Recipe
from fraud.significance.paired_comparison import against_best

if TYPE_CHECKING:
    from experiments.session import ExperimentSession
    from foundation.progress import OnProgress


def run_comparison(
    params: CompareParams,
    features: FeatureSet,
    session: "ExperimentSession",
    on_fit: "OnProgress[str] | None" = None,
) -> Comparison:
    """Cross-validate every specification, rank the contenders, and record the comparison."""
    from experiments.comparison.tracking import record_comparison

    began, floors = session.execution.now(), ProductionFloors.read(params.data)
    development = session.development(params, features)
    session.print_cautions(development.manifest)
    specs = named_specs(params, features)
    folds = make_folds(development.train, params.fold_plan)
    validation = session.cross_validation(development, features.history, folds)
    with progress("Comparing", on_fit) as on_progress:
        evaluated = validation.evaluate_with_final_model(list(specs.values()), params, on_progress)
    rows = validation.validated
    contenders = _ranked(specs, rows, evaluated, params)
    comparison = Comparison(params, features, development, rows, contenders, floors, began)
    return record_comparison(comparison, session)


def named_specs(params: CompareParams, features: FeatureSet) -> dict[str, ModelSpec]:
    """Return the specification of each algorithm with each imbalance strategy, by display name."""
    return {
        _name(algorithm, imbalance): ModelSpec(
            algorithm=algorithm,
            recipe=Recipe(features=features.row_wise, imbalance=imbalance),
            seed=params.seed,
        )
        for algorithm in params.algorithms
        for imbalance in params.imbalance
    }


def _name(algorithm: str, imbalance: str) -> str:
    return algorithm if imbalance == "weights" else f"{algorithm}, {imbalance}"


def _ranked(
    specs: dict[str, ModelSpec],
    rows: EvaluationRows,
    evaluated: list[tuple[OutOfFoldScores, FitResult]],
    params: CompareParams,
) -> list[Contender]:
    """Return the contenders, best average precision first."""
    scores = {name: each.scores for name, (each, _) in zip(specs, evaluated, strict=True)}
    versus = against_best(rows.labels, scores, resamples=params.resamples, seed=params.seed)
    contenders = [
        Contender(
            name=name,
            spec=spec,
            out_of_fold=out_of_fold,
            final_fit=final_fit,
            metrics=evaluate_out_of_fold(rows, out_of_fold.scores, out_of_fold.flagged, params),
            versus_best=versus[name],
        )
        for (name, spec), (out_of_fold, final_fit) in zip(specs.items(), evaluated, strict=True)
    ]
    return sorted(contenders, key=lambda each: -each.metrics["average_precision"].value)
