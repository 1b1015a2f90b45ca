"""Run of a comparison: cross-validate every model specification and rank the contenders."""

from datetime import datetime
from typing import TYPE_CHECKING

from experiments.comparison.contender import Contender
from experiments.comparison.result import CompareParams, Comparison
from experiments.evaluation.cross_validation import FoldedRows, FoldScores
from experiments.evaluation.fit_pool import Judged
from experiments.evaluation.model_spec import Candidate
from experiments.feature_sets import feature_set_named
from experiments.progress import progress
from fraud.data.folds import make_folds
from fraud.metrics.evaluation import judge_scores
from fraud.model.recipe import Recipe
from fraud.significance.paired_comparison import against_best

if TYPE_CHECKING:
    from experiments.progress import Tell
    from experiments.session import Workshop


def compared(
    params: CompareParams, workshop: "Workshop", on_fit: "Tell | None" = None
) -> Comparison:
    from experiments.comparison.tracking import recorded

    began, features = workshop.execution.now(), feature_set_named(params.features)
    development = workshop.development(params, features)
    candidates = named_candidates(params)
    folds = make_folds(development.train, params.fold_plan)
    folded = workshop.cross_validation(development, features.history, folds)
    with progress("Comparing", on_fit) as told:
        found = folded.judge_and_make(list(candidates.values()), params, told)
    return recorded(_compared(candidates, folded, found, params, began), workshop)


def named_candidates(params: CompareParams) -> dict[str, Candidate]:
    """Every algorithm with every strategy, under the name that people will read."""
    features = feature_set_named(params.features).row_wise
    return {
        _name(algorithm, imbalance): Candidate(
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
    candidates: dict[str, Candidate],
    folded: FoldedRows,
    found: list[tuple[FoldScores, Judged]],
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
            metrics=judge_scores(rows, folds.scores, folds.flagged, params),
            versus_best=versus[name],
        )
        for (name, candidate), (folds, whole) in zip(candidates.items(), found, strict=True)
    ]
    contenders.sort(key=lambda each: -each.metrics["average_precision"].value)
    return Comparison(params, folded.development, rows, contenders, began)
