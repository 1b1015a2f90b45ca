"""Run of a comparison: which models are compared."""

from experiments.comparison.result import CompareParams
from experiments.comparison.run import named_specs
from experiments.feature_sets import FeatureSet

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
