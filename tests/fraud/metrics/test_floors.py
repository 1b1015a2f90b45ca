"""A metric below its minimum, missing or not a number is a shortfall, with value and minimum."""

import numpy as np

from fraud.metrics.estimates import METRICS, Estimate, evaluate_scores
from fraud.metrics.floors import Floors, shortfalls


def test_accuracy_alone_passes_a_model_that_never_says_fraud_and_average_precision_does_not() -> (
    None
):
    labels = np.arange(1000) % 500 == 0
    never = evaluate_scores(labels, np.zeros(1000), threshold=0.5, days=None, resamples=20)
    assert shortfalls(never, {"accuracy": 0.9}) == []
    shortfall, _ = shortfalls(never, Floors().by_metric)
    assert shortfall == "average_precision is 0.0020 (0.0020–0.0020), needs 0.7"


def test_a_metric_that_is_missing_or_not_a_number_is_below() -> None:
    metrics = {"recall": Estimate(float("nan"), float("nan"), float("nan"))}
    assert shortfalls(metrics, {"recall": 0.1, "precision": 0.1}) == [
        "recall is nan (nan–nan), needs 0.1", "precision is not measured, needs 0.1",
    ]  # fmt: skip


def test_a_metric_at_its_minimum_is_enough() -> None:
    assert shortfalls({"recall": Estimate(0.6, 0.5, 0.7)}, {"recall": 0.6}) == []


def test_a_minimum_of_zero_is_none() -> None:
    assert Floors(minimum_accuracy=0.0).by_metric.keys() == {
        "average_precision", "recall_at_1pct_fpr",
    }  # fmt: skip
    assert Floors(minimum_recall=0.6).by_metric["recall"] == 0.6


def test_every_floor_is_of_a_metric_that_is_measured() -> None:
    assert {name.removeprefix("minimum_") for name in Floors.model_fields} <= set(METRICS)
