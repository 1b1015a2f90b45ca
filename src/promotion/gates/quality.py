"""Quality: whether the metrics on the test rows, measured anew, meet the policy."""

from collections.abc import Mapping

from fraud.metrics.estimates import Estimate
from fraud.metrics.floors import shortfalls
from fraud.metrics.formatting import interval
from fraud.metrics.names import metric_name
from promotion.gates.result import pass_or_fail
from promotion.policy import CalibrationRules
from promotion.records import GateResult

ERROR = "calibration_error"


def floors_gate(test_metrics: Mapping[str, Estimate], floors: Mapping[str, float]) -> GateResult:
    """Refuse a model below any minimum; a metric that is missing or NaN is below."""
    held = ", ".join(
        f"{metric_name(name)} {_shown(test_metrics, name)} (needs {floor:.4g})"
        for name, floor in floors.items()
    )
    figures = {metric: _value(test_metrics, metric) for metric in floors}
    fine = f"On the test rows: {held}."
    return pass_or_fail("floors", shortfalls(test_metrics, floors), fine, figures)


def calibration_gate(test_metrics: Mapping[str, Estimate], rules: CalibrationRules) -> GateResult:
    """Refuse scores that are not calibrated probabilities.

    The interval of a passing model may reach beyond the maximum: its test rows have too few frauds
    to exclude that. The reason of the result names it.
    """
    bar, found = rules.maximum_calibration_error, _value(test_metrics, ERROR)
    text = f"its {metric_name(ERROR)} is {_shown(test_metrics, ERROR)}, and {bar:g} is the most"
    problems = [] if found <= bar else [text]
    unsure = ": too few frauds to exclude a larger one" if _high(test_metrics, ERROR) > bar else ""
    return pass_or_fail("calibration", problems, f"I{text[1:]}{unsure}.", {ERROR: found})


def _value(test_metrics: Mapping[str, Estimate], metric: str) -> float:
    return test_metrics[metric].value if metric in test_metrics else float("nan")


def _shown(test_metrics: Mapping[str, Estimate], metric: str) -> str:
    return interval(test_metrics[metric], 4) if metric in test_metrics else "not measured"


def _high(test_metrics: Mapping[str, Estimate], metric: str) -> float:
    return test_metrics[metric].high if metric in test_metrics else float("nan")
