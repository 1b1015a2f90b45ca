"""A model below a bar is refused with every shortfall."""

import numpy as np
import pytest

from foundation.errors import GateFailed
from fraud.data.floors import Floors
from fraud.metrics.estimates import Estimate
from pipeline.training.gates import Gates, require_bars


def test_every_shortfall_is_listed_with_the_evidence_and_the_way_out() -> None:
    metrics = {name: Estimate(0.5, 0.4, 0.6) for name in ("recall", "precision", "roc_auc")}
    bars = {"recall": 0.8, "precision": 0.5, "roc_auc": 0.9}
    with pytest.raises(GateFailed, match="production is unchanged") as refusal:
        require_bars(metrics, bars, model_digest="a" * 64, evidence="s3://plots")
    message = str(refusal.value)
    assert "recall at the threshold is 0.5000 (0.4000–0.6000), needs 0.8" in message
    assert "; ROC AUC is 0.5000" in message
    assert "precision" not in message
    assert "s3://plots" in message


def test_the_bars_are_those_of_the_description_but_for_what_is_given() -> None:
    described = Floors(minimum_accuracy=0.9, minimum_recall=0.6)
    labels = np.arange(100) % 10 == 0
    assert Gates().bars(described, labels) == {
        "accuracy": 0.9, "recall": 0.6, "average_precision": pytest.approx(0.25),
    }  # fmt: skip
    given = Gates(minimum_recall=0.3, minimum_accuracy=0, minimum_average_precision=0.1)
    assert given.bars(described, labels) == {"recall": 0.3, "average_precision": 0.1}
