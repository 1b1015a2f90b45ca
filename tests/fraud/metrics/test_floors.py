"""A metric below its minimum, missing or not a number is a shortfall, with value and minimum."""

import numpy as np
import pytest

from fraud.data.floors import Floors
from fraud.metrics.estimates import Estimate, evaluate_scores
from fraud.metrics.floors import floors_on, least_precision, shortfalls


def test_accuracy_alone_passes_a_model_that_never_says_fraud_and_average_precision_does_not() -> (
    None
):
    labels = np.arange(1000) % 500 == 0
    never = evaluate_scores(labels, np.zeros(1000), threshold=0.5, days=None, resamples=20)
    assert shortfalls(never, {"accuracy": 0.9}) == []
    (shortfall,) = shortfalls(never, floors_on(Floors(), labels, times_guessing=3))
    assert shortfall == "average precision is 0.0020 (0.0020–0.0020), needs 0.005976"


def test_a_metric_that_is_missing_or_not_a_number_is_below() -> None:
    metrics = {"recall": Estimate(float("nan"), float("nan"), float("nan"))}
    assert shortfalls(metrics, {"recall": 0.1, "precision": 0.1}) == [
        "recall at the threshold is nan (nan–nan), needs 0.1",
        "precision at the threshold is not measured, needs 0.1",
    ]  # fmt: skip


def test_a_metric_at_its_minimum_is_enough() -> None:
    assert shortfalls({"recall": Estimate(0.6, 0.5, 0.7)}, {"recall": 0.6}) == []


@pytest.mark.parametrize(("of_ten", "least"), [(1, 0.25), (5, 0.75), (9, 27 / 28)])
def test_three_times_the_odds_of_guessing_can_be_reached_at_any_share(
    of_ten: int, least: float
) -> None:
    labels = np.arange(10) < of_ten
    assert least_precision(labels, times_guessing=3) == pytest.approx(least)
    assert least_precision(labels, times_guessing=1) == pytest.approx(of_ten / 10)


def test_the_higher_of_description_and_guessing_holds() -> None:
    labels = np.arange(10) < 1
    high, low = Floors(minimum_average_precision=0.7), Floors(minimum_average_precision=0.1)
    assert floors_on(high, labels, times_guessing=3)["average_precision"] == 0.7
    assert floors_on(low, labels, times_guessing=3)["average_precision"] == pytest.approx(0.25)
