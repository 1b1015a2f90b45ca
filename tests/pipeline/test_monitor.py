"""Monitor: compares a day with the days before it only, and publishes its findings."""

import json
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from fakes.data.scored_day import DAY, MODEL, open_day, scored_day, scored_table
from fakes.ports.metrics import FakeMetrics
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.scores import FakeScoresTable
from fakes.ports.settings import fake_settings
from fakes.ports.topic import FakeTopic
from foundation import locations
from foundation.errors import NotFound
from foundation.executions import Execution
from fraud.monitoring.day_metrics import DayMetrics, score_histogram
from pipeline.alert import AlertParams, alert
from pipeline.inference.metrics_history import read_history
from pipeline.monitor import MonitorOutput, MonitorParams, metric_moment, monitor
from pipeline.store import StoreParams, store

PARAMS = MonitorParams()
SETTINGS = fake_settings()
STEADY = [0.001] * 990 + [0.9] * 10
DOUBLED = [0.001] * 970 + [0.9] * 30


def ready(objects: FakeObjectStore, scores: list[float], execution_id: str = "run") -> Execution:
    """Run the stages before monitor."""
    scored_day(objects, scored_table(scores), execution_id=execution_id)
    store(open_day(objects, execution_id=execution_id), StoreParams(), FakeScoresTable())
    alert(open_day(objects, execution_id=execution_id), AlertParams(), objects, FakeTopic())
    return open_day(objects, execution_id=execution_id)


def remembered(day: date, scores: list[float], *, model: str = MODEL) -> DayMetrics:
    values = np.array(scores)
    high = int((values >= 0.8).sum())
    return DayMetrics(
        day=day,
        received=len(scores),
        rejected=0,
        transactions=len(scores),
        average_score=float(values.mean()) if scores else 0.0,
        bands={"high": high, "medium": 0, "low": len(scores) - high},
        alerts=high,
        alert_threshold=0.8,
        amount=1.0,
        alerted_amount=1.0,
        histogram=score_histogram(values),
        model_digest=model,
        execution_id="earlier",
    )


def remember(objects: FakeObjectStore, metrics: DayMetrics) -> None:
    key = locations.metrics_key(metrics.day)
    objects.write(SETTINGS.metrics_bucket, key, metrics.model_dump_json().encode())


def store_with_history(days: int = 30) -> FakeObjectStore:
    objects = FakeObjectStore()
    for age in range(1, days + 1):
        remember(objects, remembered(DAY - timedelta(days=age), STEADY))
    return objects


def run(
    objects: FakeObjectStore,
    scores: list[float],
    *,
    params: MonitorParams = PARAMS,
    topic: FakeTopic | None = None,
    metrics: FakeMetrics | None = None,
) -> MonitorOutput:
    execution = ready(objects, scores)
    return monitor(execution, params, topic or FakeTopic(), metrics or FakeMetrics())


def test_a_steady_day_is_steady_and_nobody_is_told():
    topic = FakeTopic()
    output = run(store_with_history(), STEADY, topic=topic)
    assert (output.verdict, output.baseline_days, output.published) == ("steady", 30, False)
    assert topic.delivered == []


def test_drift_is_published_with_what_drifted_how_far_and_which_way():
    topic = FakeTopic()
    output = run(store_with_history(), DOUBLED, topic=topic)
    (message,) = topic.delivered
    assert message.subject == "Drift on 2026-11-21: alert rate up"
    body = json.loads(message.body)
    assert body["findings"][0].startswith("drift: Alerts are 3.000% of transactions, usually 1.0")
    assert "+200%" in body["findings"][0]
    (figures,) = [one for one in body["figures"] if one["verdict"] == "drift"]
    assert (figures["direction"], figures["threshold"]) == ("up", 0.25)
    assert (figures["observed"], figures["baseline"]) == (0.03, 0.01)
    assert message.attributes["verdict"] == output.verdict == "drift"


def test_the_threshold_that_counted_is_noted_and_kept_for_later_days():
    objects = store_with_history()
    output = run(objects, STEADY)
    assert output.notes[:1] == ["Alerts are counted at threshold 0.800, the model's own."]
    key = locations.metrics_key(DAY)
    kept = DayMetrics.model_validate_json(objects.read(SETTINGS.metrics_bucket, key))
    assert (kept.alert_threshold, kept.threshold_note) == (0.8, "threshold 0.800, the model's own")


def test_another_threshold_than_on_the_days_before_is_noted_and_is_no_drift():
    objects = store_with_history()
    scored_day(objects, scored_table([*STEADY[:-100], *[0.7] * 100]), execution_id="run")
    execution = open_day(objects, execution_id="run")
    store(execution, StoreParams(), FakeScoresTable())
    alert(open_day(objects, execution_id="run"), AlertParams(threshold=0.65), objects, FakeTopic())
    output = monitor(open_day(objects, execution_id="run"), PARAMS, FakeTopic(), FakeMetrics())
    rates = {finding.rule: finding.verdict for finding in output.findings}
    assert rates["alert_rate"] == "not_enough_history"
    changed, counted, *_ = output.notes
    override = "threshold 0.650, set by alert.threshold; the model's own is 0.800"
    assert changed.startswith(f"Alerts have another threshold since {DAY}: {override}, after ")
    assert counted == f"Alerts are counted at {override}."


def test_with_publish_always_a_steady_day_is_told_too():
    topic = FakeTopic()
    run(store_with_history(), STEADY, params=MonitorParams(publish="always"), topic=topic)
    assert topic.delivered[0].subject == "2026-11-21: steady"


def test_the_first_days_are_not_enough_history():
    output = run(store_with_history(days=3), DOUBLED)
    assert (output.verdict, output.baseline_days) == ("not_enough_history", 3)


def test_the_baseline_is_the_window_before_the_day_without_the_day_itself_and_gaps():
    objects = store_with_history(days=40)
    del objects.objects[SETTINGS.metrics_bucket, locations.metrics_key(DAY - timedelta(days=5))]
    for age in (0, -1):  # an earlier run of today, and a later day
        remember(objects, remembered(DAY - timedelta(days=age), DOUBLED))
    days = [metrics.day for metrics in read_history(open_day(objects), 30).found]
    ages = [age for age in range(30, 0, -1) if age != 5]
    assert days == [DAY - timedelta(days=age) for age in ages]


def test_the_days_metrics_are_left_for_later_days_and_a_rerun_leaves_the_same():
    objects = store_with_history()
    scored = DOUBLED + [0.6] * 5
    execution = ready(objects, scored, "interactive")
    output = monitor(execution, PARAMS, FakeTopic(), FakeMetrics())
    key = (SETTINGS.metrics_bucket, locations.metrics_key(DAY))
    left = objects.objects[key]
    today = DayMetrics.model_validate_json(left)
    assert today == output.metrics
    assert (today.transactions, today.alerts, today.bands["medium"]) == (1005, 30, 5)
    assert (today.model_digest, today.execution_id) == (MODEL, "interactive")
    assert sum(today.histogram) == 1005
    monitor(open_day(objects, execution_id="interactive"), PARAMS, FakeTopic(), FakeMetrics())
    assert objects.objects[key] == left


def test_a_repeat_of_a_message_has_the_same_id():
    objects, topic = store_with_history(), FakeTopic()
    for _ in range(2):
        monitor(ready(objects, DOUBLED, "interactive"), PARAMS, topic, FakeMetrics())
    first, second = topic.delivered
    assert first.attributes == second.attributes


def test_cloudwatch_gets_the_figures_of_the_day():
    metrics = FakeMetrics()
    run(store_with_history(), DOUBLED, metrics=metrics)
    end_of_day = datetime(2026, 11, 22, tzinfo=UTC)
    assert metrics.values == {
        "AverageScore": [(end_of_day, pytest.approx(0.02797))],
        "HighRiskShare": [(end_of_day, 0.03)],
        "Transactions": [(end_of_day, 1000.0)],
        "Rejected": [(end_of_day, 0.0)],
        "Drift": [(end_of_day, 1.0)],
    }


def test_a_day_too_old_for_cloudwatch_is_compared_without_it():
    objects, metrics = FakeObjectStore(), FakeMetrics()
    ready(objects, STEADY)
    late = Execution(
        "run", objects, SETTINGS, day=DAY, now=lambda: datetime(2026, 12, 24, tzinfo=UTC)
    )
    monitor(late, PARAMS, FakeTopic(), metrics)
    assert metrics.values == {}
    assert (SETTINGS.metrics_bucket, locations.metrics_key(DAY)) in objects.objects


def test_a_metric_of_a_day_that_is_not_over_is_of_now():
    now = datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert metric_moment(DAY, now) == now


def test_missing_labels_are_found_in_the_bucket():
    objects = store_with_history()
    for age in range(30, 14, -1):
        count = 1000 if age != 17 else 500
        labels = [{"id": f"t-{n}", "isFraud": n == 0} for n in range(count)]
        key = locations.labels_key(DAY - timedelta(days=age))
        objects.write(SETTINGS.data_bucket, key, json.dumps(labels).encode())
    (finding,) = [f for f in run(objects, STEADY).findings if f.rule == "missing_labels"]
    assert (finding.verdict, finding.observed) == ("drift", 0.5)
    assert "2026-11-04" in finding.sentence


def test_a_change_of_the_model_is_noted():
    objects = store_with_history()
    for age in range(10, 31):
        remember(objects, remembered(DAY - timedelta(days=age), STEADY, model="b" * 64))
    note, *_ = run(objects, STEADY).notes
    assert note.startswith("Another model scores since 2026-11-12: aaaaaaaaaaaa after bbbbbbbbbbbb")


@pytest.mark.parametrize(
    ("bucket", "key", "content", "told"),
    [
        (
            "metrics_bucket",
            locations.metrics_key(DAY - timedelta(days=4)),
            b"{}",
            "metrics of a day",
        ),
        (
            "metrics_bucket",
            locations.metrics_key(DAY - timedelta(days=4)),
            b"[1,",
            "metrics of a day",
        ),
        ("data_bucket", locations.labels_key(DAY - timedelta(days=20)), b"[1]", "JSON list of {id"),
        (
            "data_bucket",
            locations.labels_key(DAY - timedelta(days=20)),
            b"oops",
            "JSON list of {id",
        ),
    ],
)
def test_a_broken_file_of_an_earlier_day_is_named_and_the_day_goes_on(bucket, key, content, told):
    objects, topic = store_with_history(), FakeTopic()
    objects.write(getattr(SETTINGS, bucket), key, content)
    output = run(objects, STEADY, params=MonitorParams(publish="always"), topic=topic)
    note, *_ = output.notes
    assert key in note
    assert told in note
    assert note in json.loads(topic.delivered[0].body)["notes"]
    assert output.baseline_days == (29 if bucket == "metrics_bucket" else 30)
    assert (SETTINGS.metrics_bucket, locations.metrics_key(DAY)) in objects.objects


def test_a_day_without_transactions_is_compared_by_its_volume_and_said():
    topic, metrics = FakeTopic(), FakeMetrics()
    output = run(store_with_history(), [], topic=topic, metrics=metrics)
    assert output.metrics.transactions == output.metrics.alerts == 0
    drifted = [finding.rule for finding in output.findings if finding.verdict == "drift"]
    assert drifted == ["volume"]
    assert output.notes[0].startswith("No transactions: the batch of 2026-11-21 is empty.")
    assert set(metrics.values) == {"Transactions", "Rejected", "Drift"}
    assert topic.delivered[0].subject == "Drift on 2026-11-21: volume down"


def test_a_day_without_transactions_and_without_history_is_said_too():
    topic = FakeTopic()
    run(FakeObjectStore(), [], params=MonitorParams(publish="always"), topic=topic)
    assert topic.delivered[0].subject == "2026-11-21: not enough history (no transactions)"


def test_days_without_transactions_are_no_history_of_scores():
    objects = store_with_history(days=8)
    for age in (2, 5):
        remember(objects, remembered(DAY - timedelta(days=age), []))
    output = run(objects, STEADY)
    verdicts = {finding.rule: finding.verdict for finding in output.findings}
    assert verdicts["volume"] == "steady"
    assert verdicts["average_score"] == "not_enough_history"  # six days are left


def test_a_missing_topic_says_that_the_metrics_are_written():
    objects = store_with_history()
    with pytest.raises(NotFound, match="The day's metrics are written"):
        run(objects, DOUBLED, topic=FakeTopic(exists=False))
    assert (SETTINGS.metrics_bucket, locations.metrics_key(DAY)) in objects.objects


def test_monitor_before_alert_says_which_stage_to_run():
    objects = FakeObjectStore()
    execution = scored_day(objects, scored_table(STEADY))
    with pytest.raises(NotFound, match="Stage store of execution 2026-11-21-a has not"):
        monitor(execution, PARAMS, FakeTopic(), FakeMetrics())
