"""Quality: whether the metrics on the test rows, measured anew, meet the policy."""

from collections.abc import Mapping

from fraud.metrics.estimates import Estimate
from promotion.gates.result import pass_or_fail
from promotion.policy import CalibrationRules, Floors
from promotion.records import GateResult

ERROR = "calibration_error"


def floors_gate(test_metrics: Mapping[str, Estimate], floors: Floors) -> GateResult:
    """Refuse a model below any minimum; a metric that is missing or NaN is below."""
    bars = floors.by_metric()
    short = [
        f"{metric} is {_shown(test_metrics, metric)}, needs {bar:g}"
        for metric, bar in bars.items()
        if not _value(test_metrics, metric) >= bar
    ]
    held = ", ".join(f"{m} {_shown(test_metrics, m)} (needs {bar:g})" for m, bar in bars.items())
    figures = {metric: _value(test_metrics, metric) for metric in bars}
    fine = f"On the test rows: {held}." if bars else "The policy sets no floor."
    return pass_or_fail("floors", short, fine, figures)


def calibration_gate(test_metrics: Mapping[str, Estimate], rules: CalibrationRules) -> GateResult:
    """Refuse scores that are not calibrated probabilities."""
    bar, found = rules.maximum_calibration_error, _value(test_metrics, ERROR)
    text = f"its calibration error is {_shown(test_metrics, ERROR)}, and {bar:g} is the most"
    problems = [] if found <= bar else [text]
    return pass_or_fail("calibration", problems, f"I{text[1:]}.", {ERROR: found})


def _value(test_metrics: Mapping[str, Estimate], metric: str) -> float:
    return test_metrics[metric].value if metric in test_metrics else float("nan")


def _shown(test_metrics: Mapping[str, Estimate], metric: str) -> str:
    return f"{test_metrics[metric].value:.4f}" if metric in test_metrics else "not measured"
