"""Drift: silence on steady days, a voice when fraud doubles, and no guess without a history."""

from datetime import date, timedelta

import numpy as np
import pytest

from fraud.monitoring.day_metrics import DayMetrics, score_histogram
from fraud.monitoring.drift import (
    days_alerted_alike,
    findings,
    model_changes,
    threshold_changes,
    verdict_of,
)
from fraud.monitoring.finding import DriftFinding, DriftRules
from fraud.monitoring.rate_change import between_day_dispersion, rate_change

TODAY = date(2026, 11, 21)
RULES = DriftRules()
MODEL, OTHER_MODEL = "a" * 64, "b" * 64


class Bank:
    """Simulates days of a bank whose model catches about 85 % of 0.2 % fraud."""

    def __init__(self, seed: int, *, volume: int = 10_000, fraud: float = 0.002) -> None:
        self.random = np.random.default_rng(seed)
        self.volume, self.fraud = volume, fraud

    def scores(self, *, fraud: float = 1.0, shift: float = 0.0, volume: float = 1.0):
        count = max(self.random.poisson(self.volume * volume), 1)
        frauds = self.random.binomial(count, self.fraud * fraud)
        legitimate = np.exp(self.random.normal(-8 + shift, 1.6, count - frauds))
        return np.minimum(np.concatenate([legitimate, self.random.beta(6, 0.6, frauds)]), 1.0)

    def day(self, age: int, *, model: str = MODEL, **changes: float) -> DayMetrics:
        return metrics_of(self.scores(**changes), age, model=model)

    def history(self, days: int = 30, **changes: float) -> list[DayMetrics]:
        return [self.day(age, **changes) for age in range(days, 0, -1)]


def metrics_of(scores, age: int = 0, *, model: str = MODEL) -> DayMetrics:
    high, medium = int((scores >= 0.8).sum()), int(((scores >= 0.5) & (scores < 0.8)).sum())
    return DayMetrics(
        day=TODAY - timedelta(days=age),
        received=len(scores),
        rejected=0,
        transactions=len(scores),
        average_score=float(scores.mean()) if len(scores) else 0.0,
        bands={"high": high, "medium": medium, "low": len(scores) - high - medium},
        alerts=high,
        alert_threshold=0.8,
        amount=1.0,
        alerted_amount=1.0,
        histogram=score_histogram(scores),
        model_digest=model,
        execution_id="x",
    )


def found(today, history, labelled=None) -> dict[str, DriftFinding]:
    return {f.rule: f for f in findings(today, history, labelled or {}, RULES)}


def drifts(today, history) -> list[str]:
    return [rule for rule, finding in found(today, history).items() if finding.verdict == "drift"]


def test_steady_days_are_called_drift_at_most_one_day_in_twenty():
    false_alarms = 0
    for bank in map(Bank, range(40)):
        history = bank.history()  # simulated once for five days: it takes nearly all of the time
        false_alarms += sum(bool(drifts(bank.day(0), history)) for _ in range(5))
    assert false_alarms <= 10  # of 200


def test_doubled_fraud_at_two_in_a_thousand_is_seen_on_most_days():
    seen = 0
    for bank in map(Bank, range(20)):
        history = bank.history()
        seen += sum("alert_rate" in drifts(bank.day(0, fraud=2.0), history) for _ in range(5))
    assert seen >= 80  # of 100


def test_alert_rates_that_vary_between_days_by_themselves_raise_the_bar():
    bank = Bank(1)
    random = np.random.default_rng(2)
    restless = [bank.day(age, fraud=random.gamma(4, 1 / 4)) for age in range(30, 0, -1)]
    counts = [(day.alerts, day.transactions) for day in restless]
    assert between_day_dispersion(counts) > 2
    busy = bank.day(0, fraud=2.0)
    calm = [(day.alerts, day.transactions) for day in bank.history()]
    steady = rate_change(busy.alerts, busy.transactions, calm, confidence=0.99)
    wide = rate_change(busy.alerts, busy.transactions, counts, confidence=0.99)
    assert wide.high - wide.low > steady.high - steady.low


@pytest.mark.parametrize(
    ("changes", "rule", "direction"),
    [
        ({"fraud": 80.0}, "average_score", "up"),
        ({"fraud": 60.0}, "high_risk_share", "up"),
        ({"fraud": 0.0}, "alert_rate", "down"),
        ({"fraud": 3.0}, "alert_rate", "up"),
        ({"shift": 1.5}, "stability_index", "up"),
        ({"shift": -1.5}, "stability_index", "down"),
        ({"shift": 1.0}, "score_distance", "up"),
        ({"volume": 0.3}, "volume", "down"),
        ({"volume": 1.8}, "volume", "up"),
    ],
)
def test_each_rule_sees_its_drift_and_which_way_it_goes(changes, rule, direction):
    bank = Bank(3)
    finding = found(bank.day(0, **changes), bank.history())[rule]
    assert (finding.verdict, finding.direction) == ("drift", direction)
    assert finding.size is not None
    assert finding.size > 1


def test_a_verdict_is_drift_exactly_when_the_size_is_above_its_threshold():
    for seed in range(20):
        bank = Bank(seed)
        for finding in found(bank.day(0, fraud=1 + seed % 4), bank.history()).values():
            if finding.size is not None:
                assert (finding.verdict == "drift") == (finding.size > 1)


def test_a_change_that_chance_explains_is_steady_and_says_so():
    one, two = np.full(500, 0.01), np.full(500, 0.01)
    one[:1], two[:2] = 0.9, 0.9
    history = [metrics_of(one, age) for age in range(30, 0, -1)]
    finding = found(metrics_of(two), history)["alert_rate"]
    assert (finding.verdict, finding.difference) == ("steady", pytest.approx(1.0))
    assert "+100%" in finding.sentence
    assert "which chance explains" in finding.sentence


def test_few_transactions_do_not_fire_the_distribution_rules():
    for seed in range(50):
        bank = Bank(seed, volume=40)
        today = found(bank.day(0), bank.history())
        assert today["stability_index"].verdict == today["score_distance"].verdict == "steady"


def test_too_few_days_are_not_enough_history_rather_than_a_guess():
    bank = Bank(5)
    today = found(bank.day(0, fraud=50.0), bank.history(6))
    assert {finding.verdict for finding in today.values()} == {"not_enough_history"}
    assert "6 comparable earlier days are there, and 7 are needed" in today["volume"].sentence
    assert verdict_of(list(today.values())) == "not_enough_history"


def test_alert_rates_at_another_threshold_are_no_history():
    bank = Bank(6)
    history = [day.model_copy(update={"alert_threshold": 0.5}) for day in bank.history()]
    assert found(bank.day(0), history)["alert_rate"].verdict == "not_enough_history"


def test_a_change_of_the_threshold_is_told_and_is_no_drift():
    bank = Bank(6)
    history = [day.model_copy(update={"alert_threshold": 0.8}) for day in bank.history()]
    today = bank.day(0).model_copy(
        update={"alerts": 900, "alert_threshold": 0.1, "threshold_note": "threshold 0.100, its own"}
    )
    assert drifts(today, history) == []
    (told,) = threshold_changes(today, history)
    assert told.startswith(
        "Alerts have another threshold since 2026-11-21: threshold 0.100, its own, after "
        "threshold 0.8."
    )
    assert threshold_changes(bank.day(0), history) == []


def test_days_of_the_same_model_are_compared_alone_once_there_are_enough():
    bank = Bank(8)
    of_others = [bank.day(age, fraud=4.0, model=OTHER_MODEL) for age in range(30, 8, -1)]
    own = [bank.day(age) for age in range(8, 0, -1)]
    today = bank.day(0)
    assert days_alerted_alike(today, [*of_others, *own], 7) == own
    alone = found(today, [*of_others, *own])["alert_rate"]
    assert alone == found(today, own)["alert_rate"]
    assert alone.verdict == "steady"


def test_until_then_days_of_another_model_at_the_same_threshold_count_and_it_is_said():
    bank = Bank(9)
    history = [
        *(bank.day(age, model=OTHER_MODEL) for age in range(30, 2, -1)),
        *(bank.day(age) for age in (2, 1)),
    ]
    finding = found(bank.day(0), history)["alert_rate"]
    assert finding.verdict == "steady"
    assert finding.sentence.endswith("Another model scored 28 of these 30 days.")


EMPTY = np.empty(0)


def test_of_a_day_without_transactions_only_the_volume_is_compared():
    today = found(metrics_of(EMPTY), Bank(8).history())
    assert (today["volume"].verdict, today["volume"].direction) == ("drift", "down")
    others = [finding for rule, finding in today.items() if rule != "volume"]
    assert {finding.verdict for finding in others} == {"not_enough_history"}
    assert "No transaction was scored on this day" in today["average_score"].sentence


def test_days_without_transactions_are_left_out_of_what_scores_are_compared_with():
    bank = Bank(9)
    history, today = bank.history(), bank.day(0)
    with_holidays = [*history, *(metrics_of(EMPTY, age) for age in (40, 50, 60))]
    full, gappy = found(today, history), found(today, with_holidays)
    for rule in ("average_score", "high_risk_share", "alert_rate", "stability_index"):
        assert gappy[rule] == full[rule]


def test_labels_of_a_day_without_transactions_are_not_missed():
    history = [metrics_of(np.full(100, 0.01), age) for age in range(30, 0, -1)]
    labelled = {day.day: 100 for day in history}
    holiday = metrics_of(EMPTY, 31)
    finding = found(metrics_of(np.full(100, 0.01)), [holiday, *history], labelled)["missing_labels"]
    assert (finding.verdict, finding.observed) == ("steady", 1.0)


def test_where_most_days_have_no_transactions_one_more_is_steady():
    bank = Bank(10)
    history = [metrics_of(EMPTY, age) for age in range(30, 8, -1)]
    history += [bank.day(age) for age in range(8, 0, -1)]
    assert found(metrics_of(EMPTY), history)["volume"].verdict == "steady"
    assert found(bank.day(0), history)["volume"].verdict == "steady"
    assert found(bank.day(0, volume=0.3), history)["volume"].verdict == "drift"


class TestMissingLabels:
    def finding(self, labelled: dict[date, int]) -> DriftFinding:
        history = [metrics_of(np.full(100, 0.01), age) for age in range(30, 0, -1)]
        return found(metrics_of(np.full(100, 0.01)), history, labelled)["missing_labels"]

    def days(self, oldest: int, newest: int) -> list[date]:
        return [TODAY - timedelta(days=age) for age in range(oldest, newest - 1, -1)]

    def test_labels_that_never_came_are_not_enough_history(self):
        assert self.finding({}).verdict == "not_enough_history"

    def test_all_due_labels_there_is_steady_although_recent_days_have_none(self):
        assert self.finding(dict.fromkeys(self.days(30, 15), 100)).verdict == "steady"

    def test_a_due_day_with_too_few_labels_is_named(self):
        labelled = dict.fromkeys(self.days(30, 15), 100) | {TODAY - timedelta(days=20): 94}
        finding = self.finding(labelled)
        assert (finding.verdict, finding.observed) == ("drift", 0.94)
        assert "1 of 16 days due" in finding.sentence
        assert "2026-11-01" in finding.sentence

    def test_labels_that_stopped_coming_are_drift(self):
        assert self.finding(dict.fromkeys(self.days(30, 20), 100)).verdict == "drift"

    def test_days_before_the_first_label_ever_are_not_missed(self):
        assert self.finding(dict.fromkeys(self.days(18, 15), 100)).verdict == "steady"


def test_a_change_of_the_model_within_the_window_is_told():
    bank = Bank(7)
    history = [
        *bank.history(10)[:5],
        *(bank.day(age, model=OTHER_MODEL) for age in range(5, 0, -1)),
    ]
    (told,) = model_changes(bank.day(0, model=OTHER_MODEL), history)
    assert told.startswith("Another model scores since 2026-11-16: bbbbbbbbbbbb after aaaaaaaaaaaa")
