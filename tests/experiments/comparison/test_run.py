"""Run of a comparison: which models are compared."""

from experiments.compare import compare_algorithms
from experiments.comparison.result import CompareParams, Comparison
from experiments.comparison.run import named_specs
from experiments.feature_sets import FeatureSet
from experiments.session import ExperimentSession
from fakes.ports.session import fake_session

PARAMS = CompareParams(
    algorithms=["xgboost", "lightgbm"], imbalance=["weights", "none"], features="clock", seed=3
)


def test_every_algorithm_is_compared_with_every_imbalance_strategy() -> None:
    specs = named_specs(PARAMS, FeatureSet.of("mine", ["log_amount"]))
    assert list(specs) == ["xgboost", "xgboost, none", "lightgbm", "lightgbm, none"]
    assert {spec.recipe.imbalance for spec in specs.values()} == {"weights", "none"}
    assert {spec.seed for spec in specs.values()} == {3}


def test_the_features_are_those_that_were_read_at_the_start() -> None:
    features = FeatureSet.of("mine", ["log_amount"])
    specs = named_specs(PARAMS, features)
    assert {spec.recipe.features for spec in specs.values()} == {features.row_wise}


SMALL = {"folds": 2, "resamples": 60, "workers": 1}


def test_every_contender_scores_every_training_row_once(
    compared: tuple[Comparison, ExperimentSession],
) -> None:
    comparison, _ = compared
    rows = len(comparison.development.train.labels)
    assert len(comparison.rows.labels) == rows
    assert comparison.rows.labels.sum() == comparison.development.train.fraud_count
    assert {len(each.out_of_fold.scores) for each in comparison.contenders} == {rows}


def test_the_best_leads_and_each_metric_has_an_interval(
    compared: tuple[Comparison, ExperimentSession],
) -> None:
    comparison, _ = compared
    values = [each.metrics["average_precision"].value for each in comparison.contenders]
    assert values == sorted(values, reverse=True)
    assert values[-1] > 0.5  # learned something
    for contender in comparison.contenders:
        assert {"roc_auc", "brier", "precision_at_k", "cost_per_1000"} <= contender.metrics.keys()
        assert all(e.low <= e.high for e in contender.metrics.values())


def test_every_imbalance_strategy_is_a_contender() -> None:
    comparison = compare_algorithms(
        session=fake_session(),
        algorithms=["logistic_regression"],
        imbalance=["weights", "none", "undersample", "smote"],
        **SMALL,
    )
    assert {each.name for each in comparison.contenders} == {
        "logistic_regression", "logistic_regression, none", "logistic_regression, undersample",
        "logistic_regression, smote",
    }  # fmt: skip


def test_the_best_is_not_told_apart_from_itself(
    compared: tuple[Comparison, ExperimentSession],
) -> None:
    best = compared[0].best
    assert best.is_as_good_as_the_best
    assert best.versus_best.difference.value == 0
