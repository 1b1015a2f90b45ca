"""Ablation: the work behind `try_features`, one set after another on the same folds."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from experiments.bench import Judged
from experiments.candidate import Candidate
from experiments.feature_sets import PLAIN, FeatureSet, feature_sets
from experiments.features import Ablation, FeaturesParams, Tried, fitting
from experiments.folded_rows import FoldedRows, FoldScores
from experiments.progress import progress
from fraud.comparison import PairedComparison, compare_scores
from fraud.folds import Fold, make_folds
from fraud.judging import Rows, judge_scores
from fraud.recipe import Recipe

if TYPE_CHECKING:
    from experiments.progress import Tell
    from experiments.workshop import Workshop


def ablated(params: FeaturesParams, workshop: "Workshop", on_fit: "Tell | None" = None) -> Ablation:
    from experiments.ablation_record import recorded

    began, manifest = workshop.execution.now(), workshop.manifest(params)
    sets, skipped = fitting(feature_sets(params.feature_sets), manifest)
    sets.sort(key=lambda features: features.name != PLAIN)  # sorting keeps the order of the rest
    train = workshop.development(params, sets[0]).train
    folds = make_folds(train, params.fold_plan)
    with progress("Feature sets", on_fit) as told:
        found = [
            _judged(features, folds, params, workshop, _part(told, place, len(sets)))
            for place, features in enumerate(sets)
        ]
    rows = Rows.validated(train, folds)
    plain = found[0][0]
    tried = [_tried(rows, *pair, plain, params) for pair in zip(sets, found, strict=True)]
    return recorded(Ablation(params, manifest, rows, tried, skipped, began), workshop)


def candidate_with(features: FeatureSet, params: FeaturesParams) -> Candidate:
    recipe = Recipe(features=features.row_wise)
    return Candidate(algorithm=params.algorithm, recipe=recipe, seed=params.seed)


def _judged(
    features: FeatureSet,
    folds: Sequence[Fold],
    params: FeaturesParams,
    workshop: "Workshop",
    told: "Tell",
) -> tuple[FoldScores, Judged]:
    # Row numbers are the same whatever columns a set adds, so every set has the same folds.
    folded = FoldedRows(workshop.development(params, features), features.history, folds)
    return folded.judge_and_make([candidate_with(features, params)], workshop, params, told)[0]


def _tried(
    rows: Rows,
    features: FeatureSet,
    made: tuple[FoldScores, Judged],
    plain: FoldScores,
    params: FeaturesParams,
) -> Tried:
    folds, whole = made
    compared = compare_scores(
        rows.labels, folds.scores, plain.scores, resamples=params.resamples, seed=params.seed
    )
    return Tried(
        features=features,
        candidate=candidate_with(features, params),
        folds=folds,
        whole=whole,
        metrics=judge_scores(rows, folds.scores, folds.flagged, params),
        added=_corrected(compared, len(params.feature_sets) - 1),
    )


def _corrected(compared: PairedComparison, others: int) -> PairedComparison:
    """Allow for so many sets of which the best is looked at (Bonferroni)."""
    return replace(compared, p_value=min(1.0, compared.p_value * max(others, 1)))


def _part(told: "Tell", place: int, of: int) -> "Tell":
    """Tell of one set as a part of all of them."""

    def tell(done: int, total: int, last: str) -> None:
        told(place * total + done, of * total, last)

    return tell
