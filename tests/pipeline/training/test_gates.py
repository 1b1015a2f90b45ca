"""A model below a bar is refused with every shortfall."""

import numpy as np
import pytest

from foundation.errors import GateFailed
from fraud.metrics.estimates import Estimate, evaluate_scores
from pipeline.evaluate import (
    EvaluateParams,
)
from pipeline.training.gates import Gates, require_bars, shortfalls


def test_accuracy_alone_passes_a_model_that_never_says_fraud_and_average_precision_does_not() -> (
    None
):
    labels = np.arange(1000) % 500 == 0
    never = evaluate_scores(labels, np.zeros(1000), threshold=0.5, days=None, resamples=20)
    assert shortfalls(never, {"accuracy": 0.9}) == []
    (shortfall,) = shortfalls(never, EvaluateParams().bars)
    assert shortfall == "average_precision is 0.002 (0.002–0.002), needs 0.7"


def test_a_metric_that_is_not_a_number_reaches_no_bar() -> None:
    metrics = {"recall": Estimate(float("nan"), float("nan"), float("nan"))}
    assert shortfalls(metrics, {"recall": 0.1}) == ["recall is nan (nan–nan), needs 0.1"]


def test_every_shortfall_is_listed_with_the_evidence_and_the_way_out() -> None:
    metrics = {name: Estimate(0.5, 0.4, 0.6) for name in ("recall", "precision", "roc_auc")}
    bars = {"recall": 0.8, "precision": 0.5, "roc_auc": 0.9}
    with pytest.raises(GateFailed, match="production is unchanged") as refusal:
        require_bars(metrics, bars, model_digest="a" * 64, evidence="s3://plots")
    message = str(refusal.value)
    assert "recall is 0.500 (0.400–0.600), needs 0.8; roc_auc is 0.500" in message
    assert "precision" not in message
    assert "s3://plots" in message


def test_a_bar_of_zero_is_none() -> None:
    assert Gates(minimum_accuracy=0, minimum_average_precision=0).bars == {}
    assert Gates(minimum_recall=0.6).bars["recall"] == 0.6
