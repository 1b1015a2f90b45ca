"""Winner: the final model of a search, its threshold, and its metrics on the test split."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.labelled_splits import read_labelled
from experiments.evaluation.cross_validation import CrossValidation
from experiments.evaluation.fit_pool import OutOfTime
from experiments.evaluation.fitting import FitResult
from experiments.evaluation.model_spec import ModelSpec
from experiments.feature_sets import FeatureSet
from experiments.tuning.confirmation import Confirmation
from experiments.tuning.params import BY_CAPACITY, BY_COST
from fraud.data.arrays import Floats
from fraud.data.roles import AMOUNT, TIME, RoleMissing
from fraud.metrics.estimates import Estimate
from fraud.metrics.evaluation import EvaluationRows, TestSet, evaluate_at_threshold
from fraud.metrics.thresholds import at_precision, best_f1, lowest_cost, within_capacity
from fraud.model.fraud_model import FraudModel

if TYPE_CHECKING:
    from experiments.session import ExperimentSession
    from experiments.tuning.budget import Budget
    from experiments.tuning.params import TuneParams
    from foundation.progress import OnProgress

Rule = Callable[[EvaluationRows, Floats, "TuneParams"], float]


def _by_cost(rows: EvaluationRows, scores: Floats, params: "TuneParams") -> float:
    if rows.amounts is None:
        raise RoleMissing(AMOUNT, BY_COST)
    return lowest_cost(rows.labels, scores, rows.amounts, params.costs)


def _by_capacity(rows: EvaluationRows, scores: Floats, params: "TuneParams") -> float:
    if rows.days is None:
        raise RoleMissing(TIME, BY_CAPACITY)
    return within_capacity(scores, rows.days, params.alerts_per_day)


RULES: dict[str, Rule] = {
    "f1": lambda rows, scores, _: best_f1(rows.labels, scores),
    "cost": _by_cost,
    "capacity": _by_capacity,
    "precision": lambda rows, scores, params: at_precision(
        rows.labels, scores, params.target_precision
    ),
}


@dataclass(frozen=True)
class Winner:
    """The model as the training pipeline would make it, with its decision threshold.

    `out_of_fold_scores` are scores of the rows of the fresh folds, by models of the same
    specification that were not fitted on these rows; the threshold was chosen by these scores.
    `test` was measured once, after everything was chosen.
    """

    spec: ModelSpec
    final_fit: FitResult
    model: FraudModel
    threshold: float
    out_of_fold_scores: Floats
    metrics: dict[str, Estimate]  # of the out-of-fold scores
    test_set: TestSet
    test_scores: Floats
    uncalibrated_test_scores: Floats
    test: dict[str, Estimate]


def chosen_threshold(rows: EvaluationRows, scores: Floats, params: "TuneParams") -> float:
    """Return the threshold by the rule.

    Raises:
        InvalidData: No threshold reaches the target precision.
        RoleMissing: The rule needs amounts or days that the rows lack.
    """
    return RULES[params.threshold_rule](rows, scores, params)


def final_spec(confirmation: Confirmation, bags: int) -> ModelSpec:
    """Return the winner's specification for production: as confirmed, but bagged.

    Bags are drawn at random even when the split is by time, so that models are fitted on the newest
    rows too; each bag is stopped on rows of its own period.
    """
    spec = confirmation.winner.spec
    bagged = spec.recipe.model_copy(update={"bags": bags})
    return spec.model_copy(update={"recipe": bagged})


def fit_winner(
    confirmation: Confirmation,
    validation: CrossValidation,
    params: "TuneParams",
    features: FeatureSet,
    session: "ExperimentSession",
    on_progress: "OnProgress[str]",
    *,
    budget: "Budget",
) -> Winner:
    """Fit the winner's final model, choose its threshold, and score the test split once.

    It has as many bags as the budget leaves time for.
    """
    folds, won = len(validation.folds), confirmation.winner.out_of_fold
    a_bag = won.seconds / folds * (folds + 1)
    workers = params.workers if validation.pool is None else validation.pool.workers
    bags = budget.bags(params.bags, seconds_a_bag=a_bag, workers=workers)
    spec = final_spec(confirmation, bags)
    try:
        [(own, final_fit)] = validation.evaluate_with_final_model(
            [spec], params, on_progress, until=budget.winner_ends if bags > 1 else None
        )
    except OutOfTime:
        spec = final_spec(confirmation, bags=1)  # its folds are known from the confirmation
        [(own, final_fit)] = validation.evaluate_with_final_model([spec], params, on_progress)
    threshold = chosen_threshold(confirmation.rows, own.scores, params)
    model = FraudModel.from_files(final_fit.files or {})
    manifest = validation.development.manifest
    test_split = read_labelled(session.execution, manifest, "test", features.history)
    test_set, scores = TestSet(test_split, params), model.scores(test_split.rows)
    return Winner(
        spec=spec,
        final_fit=final_fit,
        model=model.with_threshold(threshold),
        threshold=threshold,
        out_of_fold_scores=own.scores,
        metrics=evaluate_at_threshold(confirmation.rows, own.scores, threshold, params),
        test_set=test_set,
        test_scores=scores,
        uncalibrated_test_scores=model.uncalibrated_scores(test_split.rows),
        test=test_set.evaluate(scores, threshold),
    )
