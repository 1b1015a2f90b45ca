"""What an experiment finds holds in the pipeline: the same splits, folds of the same kind."""

import pytest

from experiments.protocol import DataChoice, EvaluationProtocol
from foundation.settings import project_root
from pipeline.prepare import PrepareParams


def test_an_experiment_works_on_the_splits_that_the_training_pipeline_would_make() -> None:
    pipeline = PrepareParams.from_yaml(project_root() / "params" / "training" / "prepare.yaml")
    assert DataChoice().preparation.plan == pipeline.plan
    chosen = DataChoice(data="payments", method="time").preparation
    assert (chosen.data, chosen.method, chosen.seed) == ("payments", "time", pipeline.seed)


@pytest.mark.parametrize(
    ("method", "folds"), [("stratified", "stratified"), ("random", "stratified"), ("time", "time")]
)
def test_folds_are_in_order_of_time_where_the_splits_are(method: str, folds: str) -> None:
    plan = EvaluationProtocol(method=method, folds=4, seed=9).fold_plan
    assert (plan.method, plan.folds, plan.seed) == (folds, 4, 9)


def test_the_cost_of_a_review_is_that_of_the_protocol() -> None:
    assert EvaluationProtocol(review_cost=2.5).costs.review == 2.5
