"""The history of a day is the window before it, without the day itself and without gaps."""

import json
from datetime import timedelta

import numpy as np
import pytest

from fakes.data.scored_day import DAY, MODEL, open_day
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from foundation import locations
from foundation.errors import InvalidData
from fraud.monitoring.day_metrics import DayMetrics, score_histogram
from pipeline.inference.metrics_history import count_labels, read_history, write_metrics

SETTINGS = fake_settings()
YESTERDAY = DAY - timedelta(days=1)


def metrics_of(age: int) -> DayMetrics:
    return DayMetrics(
        day=DAY - timedelta(days=age),
        received=10,
        rejected=0,
        transactions=10,
        average_score=0.1,
        bands={"high": 1, "medium": 0, "low": 9},
        alerts=1,
        alert_threshold=0.8,
        amount=1.0,
        alerted_amount=1.0,
        histogram=score_histogram(np.full(10, 0.1)),
        model_digest=MODEL,
        execution_id="earlier",
    )


def test_the_window_is_read_oldest_first_without_the_day_itself_and_gaps():
    execution = open_day(FakeObjectStore())
    for age in (0, 1, 3, 5, 6):
        write_metrics(execution, metrics_of(age))
    assert [(DAY - day.day).days for day in read_history(execution, 5)] == [5, 3, 1]


def test_labels_are_counted_by_transaction_on_the_days_that_have_any():
    objects = FakeObjectStore()
    labels = [
        {"id": "a", "isFraud": True},
        {"id": "b", "isFraud": False},
        {"id": "a", "isFraud": True},
    ]
    objects.write(
        SETTINGS.data_bucket, locations.labels_key(YESTERDAY), json.dumps(labels).encode()
    )
    assert count_labels(open_day(objects), [DAY, YESTERDAY]) == {YESTERDAY: 2}


def test_a_file_that_is_no_metrics_is_named_with_the_way_out():
    objects = FakeObjectStore()
    objects.write(SETTINGS.metrics_bucket, locations.metrics_key(YESTERDAY), b"{}")
    with pytest.raises(InvalidData, match=rf"metrics/{YESTERDAY}\.json does not hold the metrics"):
        read_history(open_day(objects), 5)
