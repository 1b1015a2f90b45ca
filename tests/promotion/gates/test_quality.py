"""A model below a bar on the test rows is refused, with the figure and the bar."""

import re

import numpy as np
import pytest

from fakes.promotions.candidates import GateInputs, refused, rows_of_test
from fraud.metrics.estimates import Estimate, evaluate_scores
from fraud.metrics.names import metric_title
from promotion.policy import CalibrationRules, Policy


@pytest.mark.parametrize(
    ("metric", "value", "bar"),
    [("accuracy", 0.8999, 0.9), ("average_precision", 0.6999, 0.7),
     ("recall_at_1pct_fpr", 0.7499, 0.75)],
)  # fmt: skip
def test_a_metric_below_its_floor_is_refused(
    metric: str, value: float, bar: float, inputs: GateInputs
) -> None:
    short = inputs.gates(metrics=inputs.with_metric(**{metric: value}))
    assert refused(short).keys() == {"floors"}
    assert re.fullmatch(
        rf"{metric_title(metric)} is {value} \(.*\), needs {bar}\.", refused(short)["floors"]
    )
    assert refused(inputs.gates(metrics=inputs.with_metric(**{metric: bar}))) == {}


def test_a_model_that_never_says_fraud_is_refused_though_it_is_nearly_always_right(
    inputs: GateInputs,
) -> None:
    labels = np.arange(1000) % 500 == 0
    metrics = evaluate_scores(labels, np.zeros(1000), threshold=0.5, days=None, resamples=5)
    reason = refused(inputs.gates(metrics=metrics))["floors"]
    assert metrics["accuracy"].value == 0.998
    assert "accuracy" not in reason.lower()
    assert "verage precision is 0.0020 (0.0020–0.0020), needs 0.7" in reason


def test_several_shortfalls_are_all_named(inputs: GateInputs) -> None:
    metrics = inputs.with_metric(accuracy=0.5, average_precision=0.25)
    reason = refused(inputs.gates(metrics=metrics))["floors"]
    assert "Accuracy is 0.5000" in reason
    assert "; average precision is 0.2500" in reason


def test_what_was_not_measured_is_below_its_floor(inputs: GateInputs) -> None:
    found = inputs.gates(metrics={})
    assert "average precision is not measured" in refused(found)["floors"]
    assert "not measured" in refused(found)["calibration"]


def test_only_the_floors_of_the_data_are_asked_for(inputs: GateInputs) -> None:
    low = inputs.with_metric(accuracy=0.1, average_precision=0.02)
    gate = inputs.gates(floors={"average_precision": 0.01}, metrics=low)["floors"]
    assert gate.verdict == "pass"
    assert gate.reason == "On the test rows: average precision 0.0200 (0.0200–0.0200) (needs 0.01)."


def test_scores_that_are_no_probabilities_are_refused(inputs: GateInputs) -> None:
    model, rows = inputs.candidate.recorded.model, rows_of_test(inputs.candidate, inputs.session)
    overconfident = np.sqrt(model.scores(rows.rows))  # the same order, so the same ranking
    metrics = evaluate_scores(
        rows.labels, overconfident, threshold=model.threshold, days=None, resamples=5
    )
    reasons = refused(inputs.gates(metrics=metrics))
    assert reasons.keys() == {"calibration"}
    assert "0.01 is the most" in reasons["calibration"]
    none = Policy(calibration=CalibrationRules(maximum_calibration_error=1))
    assert refused(inputs.gates(none, metrics=metrics)) == {}


def test_a_pass_names_a_larger_error_that_few_frauds_do_not_exclude(inputs: GateInputs) -> None:
    unsure = inputs.metrics | {"calibration_error": Estimate(0.004, 0.0, 0.02)}
    sure = inputs.metrics | {"calibration_error": Estimate(0.004, 0.0, 0.009)}
    gate = inputs.gates(metrics=unsure)["calibration"]
    assert gate.verdict == "pass"
    assert "0.0040 (0.0000–0.0200)" in gate.reason
    assert "too few frauds to exclude a larger one" in gate.reason
    assert "too few" not in inputs.gates(metrics=sure)["calibration"].reason
