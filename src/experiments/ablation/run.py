"""Run of an ablation: cross-validate each feature set on the same folds, and record it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from experiments.ablation.result import Ablation, FeatureSetResult, FeaturesParams
from experiments.evaluation.cross_validation import OutOfFoldScores
from experiments.evaluation.fitting import FitResult
from experiments.evaluation.model_spec import ModelSpec
from experiments.feature_sets import PLAIN, FeatureSet, feature_sets
from experiments.progress import progress
from foundation.errors import InvalidParams
from fraud.data.folds import Fold, make_folds
from fraud.data.roles import RoleMissing
from fraud.metrics.evaluation import EvaluationRows, evaluate_out_of_fold
from fraud.model.recipe import Recipe
from fraud.significance.paired_comparison import PairedComparison, compare_scores

if TYPE_CHECKING:
    from catalog.prepared_data import Manifest
    from experiments.session import ExperimentSession
    from foundation.progress import OnProgress


def run_ablation(
    params: FeaturesParams, session: "ExperimentSession", on_fit: "OnProgress[str] | None" = None
) -> Ablation:
    """Cross-validate each available feature set, and record the ablation."""
    from experiments.ablation.tracking import record_ablation

    began, manifest = session.execution.now(), session.manifest(params)
    sets, skipped = available_sets(feature_sets(params.feature_sets), manifest)
    sets.sort(key=lambda features: features.name != PLAIN)  # sorting keeps the order of the rest
    train = session.development(params, sets[0]).train
    session.print_cautions(manifest)
    folds = make_folds(train, params.fold_plan)
    with progress("Feature sets", on_fit) as on_progress:
        evaluated = _evaluate(sets, folds, params, session, on_progress)
    rows = EvaluationRows.validated(train, folds)
    plain = evaluated[sets[0].name][0]
    results = [
        _result(rows, features, *evaluated[features.name], plain, params) for features in sets
    ]
    return record_ablation(Ablation(params, manifest, rows, results, skipped, began), session)


def spec_with(features: FeatureSet, params: FeaturesParams) -> ModelSpec:
    """Return the specification of the model that evaluates a feature set."""
    recipe = Recipe(features=features.row_wise)
    return ModelSpec(algorithm=params.algorithm, recipe=recipe, seed=params.seed)


def _evaluate(
    sets: Sequence[FeatureSet],
    folds: Sequence[Fold],
    params: FeaturesParams,
    session: "ExperimentSession",
    on_progress: "OnProgress[str]",
) -> dict[str, tuple[OutOfFoldScores, FitResult]]:
    """Evaluate each set; sets with the same history steps have the same rows, and one fit pool."""
    evaluated: dict[str, tuple[OutOfFoldScores, FitResult]] = {}
    for features in sets:
        if features.name in evaluated:
            continue
        group = [each for each in sets if each.history == features.history]
        # Row numbers are the same whatever columns a set adds, so every set has the same folds.
        development = session.development(params, features)
        validation = session.cross_validation(development, features.history, folds)
        part = _part(on_progress, len(evaluated), len(group), len(sets))
        specs = [spec_with(each, params) for each in group]
        results = validation.evaluate_with_final_model(specs, params, part)
        evaluated |= zip((each.name for each in group), results, strict=True)
    return evaluated


def _result(
    rows: EvaluationRows,
    features: FeatureSet,
    out_of_fold: OutOfFoldScores,
    final_fit: FitResult,
    plain: OutOfFoldScores,
    params: FeaturesParams,
) -> FeatureSetResult:
    compared = compare_scores(
        rows.labels, out_of_fold.scores, plain.scores, resamples=params.resamples, seed=params.seed
    )
    return FeatureSetResult(
        features=features,
        spec=spec_with(features, params),
        out_of_fold=out_of_fold,
        final_fit=final_fit,
        metrics=evaluate_out_of_fold(rows, out_of_fold.scores, out_of_fold.flagged, params),
        added=_bonferroni(compared, len(params.feature_sets) - 1),
    )


def _bonferroni(compared: PairedComparison, others: int) -> PairedComparison:
    """Correct the p-value for the number of other sets, of which the best is reported."""
    return replace(compared, p_value=min(1.0, compared.p_value * max(others, 1)))


def _part(on_progress: "OnProgress[str]", before: int, sets: int, of: int) -> "OnProgress[str]":
    """Return the progress of some sets as a part of the progress of all: `before` are finished."""

    def on_part(done: int, total: int, last: str) -> None:
        a_set = total // sets
        on_progress(before * a_set + done, of * a_set, last)

    return on_part


def available_sets(
    sets: Mapping[str, FeatureSet], manifest: "Manifest"
) -> tuple[list[FeatureSet], dict[str, str]]:
    """Return the sets that the data set allows, and the reason for each other set."""
    available, skipped = list[FeatureSet](), dict[str, str]()
    for name, features in sets.items():
        try:
            features.require_available(manifest)
        except InvalidParams as error:
            skipped[name] = error.problems[0]
        except RoleMissing as error:
            skipped[name] = error.lack
        else:
            available.append(features)
    return available, skipped
