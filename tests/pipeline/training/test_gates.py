"""A model below a bar is refused with every shortfall."""

import pytest

from foundation.errors import GateFailed
from fraud.metrics.estimates import Estimate
from pipeline.training.gates import Gates, require_bars


def test_every_shortfall_is_listed_with_the_evidence_and_the_way_out() -> None:
    metrics = {name: Estimate(0.5, 0.4, 0.6) for name in ("recall", "precision", "roc_auc")}
    bars = {"recall": 0.8, "precision": 0.5, "roc_auc": 0.9}
    with pytest.raises(GateFailed, match="production is unchanged") as refusal:
        require_bars(metrics, bars, model_digest="a" * 64, evidence="s3://plots")
    message = str(refusal.value)
    assert "recall is 0.5000 (0.4000–0.6000), needs 0.8; roc_auc is 0.5000" in message
    assert "precision" not in message
    assert "s3://plots" in message


def test_training_asks_for_no_recall_unless_it_is_set() -> None:
    assert set(Gates().by_metric) == {"accuracy", "average_precision"}
    assert Gates(minimum_accuracy=0, minimum_average_precision=0).by_metric == {}
    assert Gates(minimum_recall=0.6).by_metric["recall"] == 0.6
