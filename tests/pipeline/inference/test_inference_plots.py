"""Inference plots: each says in words what it shows, and stands up to days with little to show."""

from datetime import date, timedelta

import numpy as np
import pytest

from fraud.monitoring.day_metrics import DayMetrics, score_histogram
from fraud.monitoring.finding import DriftFinding
from fraud.scoring.risk_bands import RiskBands
from pipeline.inference.inference_plots import alert_rate_plot, drift_plot, score_plot
from plots.layout.canvas import png

DAY = date(2026, 11, 21)


def words(figure) -> str:
    """Everything that is written on a figure, which is drawn first: it must not fail."""
    assert png(figure).startswith(b"\x89PNG")
    (axes,) = figure.axes
    texts = [*axes.texts, *axes.get_yticklabels(), axes.title]
    return "\n".join(text.get_text() for text in texts)


def day_of(alerts: int, age: int = 0, count: int = 1000) -> DayMetrics:
    return DayMetrics(
        day=DAY - timedelta(days=age), received=count, rejected=0, transactions=count,
        average_score=0.01, bands={"high": alerts, "medium": 0, "low": count - alerts},
        alerts=alerts, alert_threshold=0.8, amount=1.0, alerted_amount=1.0,
        histogram=score_histogram(np.full(count, 0.01)), model_digest="a", execution_id="x",
    )  # fmt: skip


def test_the_scores_are_counted_by_band():
    told = words(score_plot(np.array([0.01] * 97 + [0.6, 0.9, 1.0]), RiskBands()))
    for text in ("2 of 100 transactions are of high risk (2.00%)", "low\n97", "medium\n1"):
        assert text in told


def test_a_day_of_one_score_is_drawn():
    assert "0 of 1 transactions" in words(score_plot(np.array([0.0]), RiskBands()))


def test_drift_is_told_rule_by_rule_beside_what_lacks_history():
    findings = [
        DriftFinding(
            rule="alert_rate", verdict="drift", sentence="", observed=0.02, baseline=0.01,
            direction="up", size=9.0, threshold=0.25,
        ),
        DriftFinding(
            rule="volume", verdict="steady", sentence="", observed=99, baseline=100,
            direction="down", size=0.02, threshold=0.5,
        ),
        DriftFinding(
            rule="average_score", verdict="not_enough_history", sentence="", observed=0.125
        ),
        DriftFinding(rule="missing_labels", verdict="not_enough_history", sentence=""),
    ]  # fmt: skip
    told = words(drift_plot(findings))
    for text in (
        "1 of 4 rules see drift, 2 lack the history to tell", "alert rate",
        "9.0 × drift, 0.02 ↑ from 0.01", "steady, 99 ↓ from 100",
        "not enough history, today 0.125", "not enough history, nothing to compare",
    ):  # fmt: skip
        assert text in told


@pytest.mark.parametrize("alerts", [0, 3])
def test_the_alert_rate_of_today_is_compared_with_the_usual_one(alerts):
    history = [day_of(1, age) for age in range(9, 0, -1)]
    told = words(alert_rate_plot(history, day_of(alerts)))
    rate = f"2026-11-21: {alerts} of 1,000 transactions, {alerts / 1000:.3%}, usually 0.100%"
    assert rate in told
    assert "today" in told


def test_the_first_day_has_nothing_to_be_compared_with():
    assert "usually" not in words(alert_rate_plot([], day_of(2)))


def test_a_day_without_transactions_is_drawn():
    assert "0 of 0 transactions" in words(score_plot(np.empty(0), RiskBands()))
    told = words(alert_rate_plot([day_of(1, 1)], day_of(0, count=0)))
    assert "2026-11-21: no transactions, so there is no rate" in told


def test_days_at_another_threshold_are_grey_and_not_usual():
    other = [
        day_of(100, age).model_copy(update={"alert_threshold": 0.3}) for age in range(10, 5, -1)
    ]
    own = [day_of(1, age) for age in range(5, 0, -1)]
    grey = "Days before today (grey: at another threshold)"
    both, only = (alert_rate_plot(history, day_of(2)) for history in ([*other, *own], other))
    assert "usually 0.100% (dashed)" in words(both)
    assert "usually" not in words(only)
    assert both.axes[0].get_xlabel() == only.axes[0].get_xlabel() == grey
    assert alert_rate_plot(own, day_of(2)).axes[0].get_xlabel() == "Days before today"


def test_earlier_days_without_transactions_leave_no_mark_in_the_alert_rate():
    history = [day_of(0, 3, count=0), day_of(1, 2), day_of(0, 1, count=0)]
    assert "usually 0.100%" in words(alert_rate_plot(history, day_of(2)))
    assert "usually" not in words(alert_rate_plot([day_of(0, 1, count=0)], day_of(2)))
