"""The history of a day is the window before it, without the day itself and without gaps."""

import json
from datetime import timedelta

import numpy as np
import pytest

from fakes.data.scored_day import DAY, MODEL, open_day
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from foundation import locations
from foundation.errors import Unavailable
from fraud.monitoring.day_metrics import DayMetrics, score_histogram
from pipeline.inference.metrics_history import count_labels, read_history, write_metrics

SETTINGS = fake_settings()
YESTERDAY = DAY - timedelta(days=1)


class BrokenStore(FakeObjectStore):
    def read(self, bucket: str, key: str) -> bytes:
        message = f"{bucket}/{key}: no answer"
        raise Unavailable(message)


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
    assert [(DAY - day.day).days for day in read_history(execution, 5).found] == [5, 3, 1]


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
    counted = count_labels(open_day(objects), [DAY, YESTERDAY])
    assert (counted.found, counted.damaged) == ([(YESTERDAY, 2)], [])


DAMAGED = [b"", b"{}", b"[1]", b"\xff", b'{"id": "a"}', b'[{"id": 1}]', b'[{"id": "a", "isFraud": ']


@pytest.mark.parametrize("data", DAMAGED)
def test_damaged_metrics_of_a_day_are_left_out_and_named_with_the_way_out(data):
    objects = FakeObjectStore()
    execution = open_day(objects)
    for age in (2, 3):
        write_metrics(execution, metrics_of(age))
    objects.write(SETTINGS.metrics_bucket, locations.metrics_key(YESTERDAY), data)
    history = read_history(execution, 5)
    assert [(DAY - day.day).days for day in history.found] == [3, 2]
    (told,) = history.damaged
    assert f"metrics/{YESTERDAY}.json does not hold the metrics of a day" in told
    assert "Restore the file, or remove it" in told


@pytest.mark.parametrize("data", DAMAGED)
def test_damaged_labels_of_a_day_are_left_out_and_named_with_the_way_out(data):
    objects = FakeObjectStore()
    before = YESTERDAY - timedelta(days=1)
    for day, content in ((YESTERDAY, data), (before, b'[{"id": "a", "isFraud": true}]')):
        objects.write(SETTINGS.data_bucket, locations.labels_key(day), content)
    labels = count_labels(open_day(objects), [before, YESTERDAY])
    assert labels.found == [(before, 1)]
    (told,) = labels.damaged
    assert f"labels/{YESTERDAY}.json is not a JSON list of {{id, isFraud}}" in told
    assert "Deliver the labels again" in told


def test_a_store_that_does_not_answer_is_no_damaged_file():
    objects = BrokenStore()
    with pytest.raises(Unavailable):
        read_history(open_day(objects), 5)
