"""Limits of axes: no figure cuts off an interval, a point or a label, however extreme they are."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.figure import Figure

from fakes.processes.figure_text import require_inside, require_readable, require_whole
from fraud.data.fraud_by import GapGroups, Group
from fraud.metrics.estimates import Estimate
from fraud.monitoring.day_metrics import DayMetrics, score_histogram
from fraud.scoring.risk_bands import RiskBands
from pipeline.inference.inference_plots import alert_rate_plot, score_plot
from plots.column_plots import random_versus_time_plot
from plots.comparison_plots import difference_plot, leaderboard_plot
from plots.evaluation_plots import evaluation_plots
from plots.exploration_plots import class_balance_plot, drift_over_time_plot
from plots.group_plots import fraud_by_gap_plot, fraud_by_text_plot
from plots.tuning_plots import calibration_before_after_plot, confirmation_plot

EXTREME = {
    "near 0": Estimate(0.0, 0.0, 1e-6),
    "near 1": Estimate(1.0, 1 - 1e-6, 1.0),
    "very wide": Estimate(0.5, 0.0, 1.0),
    "all 0": Estimate(0.0, 0.0, 0.0),
    "all 1": Estimate(1.0, 1.0, 1.0),
    "a gain": Estimate(0.3, 0.299, 0.95),
    "a loss": Estimate(-0.4, -1.0, 0.2),
    "a cost": Estimate(3e9, 1e-9, 8e12),
}
PAIRS = [{name: EXTREME[name] for name in pair} for pair in pairwise(EXTREME)]
SHARES = [(0, 1), (1, 1), (0, 10**6), (1, 3), (20, 10**5), (10**5, 10**5)]


def rare_labels(rows: int) -> np.ndarray:
    return (np.arange(rows) % 400 == 0).astype(np.int8)


def a_day(alerts: int, transactions: int, age: int) -> DayMetrics:
    return DayMetrics(
        day=date(2026, 11, 21) - timedelta(days=age), received=transactions, rejected=0,
        transactions=transactions, average_score=0.1, alerts=alerts, alert_threshold=0.8,
        bands={"high": alerts, "medium": 0, "low": transactions - alerts}, amount=1.0,
        alerted_amount=1.0, histogram=score_histogram(np.full(transactions, 0.1)),
        model_digest="a", execution_id="x",
    )  # fmt: skip


def require_all_of_it(figure: Figure) -> None:
    require_whole(figure)
    require_readable(figure)


@pytest.mark.parametrize("given", [EXTREME, *PAIRS], ids=lambda given: " and ".join(given)[:40])
def test_the_intervals_of_models_are_whole(given: dict[str, Estimate]) -> None:
    search = {name: 1.5 * each.value - 0.2 for name, each in given.items()}
    require_all_of_it(leaderboard_plot(given, list(given)[:1], "average_precision"))
    require_all_of_it(difference_plot(given, "the champion", "average_precision"))
    require_all_of_it(confirmation_plot(search, given))
    require_all_of_it(random_versus_time_plot(*list(given.values())[:2]))


@pytest.mark.parametrize("shares", [SHARES, *([one, SHARES[2]] for one in SHARES)], ids=str)
def test_the_intervals_of_shares_are_whole(shares: list[tuple[int, int]]) -> None:
    groups = [Group(f"of {rows}: {n}", rows, frauds) for n, (frauds, rows) in enumerate(shares)]
    gaps = [GapGroups(group.name, group, groups[0]) for group in groups]
    require_all_of_it(class_balance_plot({each.name: (each.rows, each.frauds) for each in groups}))
    require_all_of_it(fraud_by_text_plot("country", groups))
    require_all_of_it(fraud_by_gap_plot(gaps))
    days = [a_day(alerts, rows, age) for age, (alerts, rows) in enumerate(shares)]
    require_whole(alert_rate_plot(days[:0:-1], days[0]))


@pytest.mark.parametrize("alone", [[0], [1], [1, 1], [0, 1]], ids=str)
def test_the_interval_of_a_day_with_few_rows_is_whole(alone: list[int]) -> None:
    times = np.append(np.linspace(0, 40 * 86_400, 30_000), 45 * 86_400.0 + np.arange(len(alone)))
    labels = np.append(rare_labels(30_000), np.array(alone, dtype=np.int8))
    require_all_of_it(drift_over_time_plot(times, labels))


@pytest.mark.parametrize("share", [1e-9, 1e-4, 0.5, 0.9999, 1.0])
def test_the_intervals_of_calibration_are_whole(share: float) -> None:
    labels = rare_labels(800)
    near = np.clip(share + 0 * labels, 0, 1)
    require_all_of_it(calibration_before_after_plot(labels, near, 1 - near))


@pytest.mark.parametrize("threshold", [0.0, 1e-9, 0.5, 0.98, 1.0])
@pytest.mark.parametrize("name", ["near 0", "near 1", "very wide", "all 0", "all 1"])
def test_the_labels_of_an_evaluation_are_within_the_figure(name: str, threshold: float) -> None:
    names = ("average_precision", "calibration_error", "precision", "recall", "roc_auc")
    metrics = dict.fromkeys([*names, "recall_at_01pct_fpr", "recall_at_1pct_fpr"], EXTREME[name])
    labels = rare_labels(2000)
    scores = np.linspace(0, 1, 2000) ** 4
    for figure in evaluation_plots(labels, scores, threshold=threshold, metrics=metrics).values():
        require_whole(figure)
        require_inside(figure)


@pytest.mark.parametrize("bands", [(0.0, 0.0), (0.01, 0.02), (0.5, 0.8), (0.97, 0.99), (1.0, 1.0)])
def test_the_names_of_risk_bands_are_within_the_figure(bands: tuple[float, float]) -> None:
    medium, high = bands
    scores = np.linspace(0, 1, 300)
    require_inside(score_plot(scores, RiskBands(medium_from=medium, high_from=high)))
