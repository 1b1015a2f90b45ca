"""Metrics history: the metrics and labels of earlier days, the baseline of drift."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from foundation import locations
from foundation.errors import InvalidData, NotFound
from foundation.executions import Execution
from foundation.locations import uri
from fraud.monitoring.day_metrics import DayMetrics

CONNECTIONS = 8

Found = TypeVar("Found")


class Label(BaseModel):
    """The label of one transaction, as delivered."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    isFraud: bool


LABELS = TypeAdapter(list[Label])


def read_history(execution: Execution, window_days: int) -> list[DayMetrics]:
    """Read the metrics of the window before the execution's day, oldest first.

    Days without metrics are left out; metrics of the day itself, from an earlier run, are no
    history. Raises InvalidData for a file that does not hold the metrics of a day.
    """
    days = [execution.day - timedelta(days=age) for age in range(window_days, 0, -1)]
    bucket = execution.settings.metrics_bucket
    return _present(days, lambda day: _metrics(execution, bucket, day))


def count_labels(execution: Execution, days: Iterable[date]) -> dict[date, int]:
    """Return the number of labelled transactions of each day that has labels."""
    bucket = execution.settings.data_bucket
    counted = _present(days, lambda day: (day, _labelled(execution, bucket, day)))
    return dict(counted)


def write_metrics(execution: Execution, today: DayMetrics) -> None:
    """Write the metrics of the day, for later days."""
    bucket, key = execution.settings.metrics_bucket, locations.metrics_key(today.day)
    execution.write(bucket, key, today.model_dump_json(indent=2).encode())


def _metrics(execution: Execution, bucket: str, day: date) -> DayMetrics:
    key = locations.metrics_key(day)
    data = execution.read(bucket, key)
    try:
        return DayMetrics.model_validate_json(data)
    except ValidationError as error:
        message = (
            f"{uri(bucket, key)} does not hold the metrics of a day: {error}. Restore it, or "
            f"remove it: the baseline then does without {day}. Today's metrics were not written."
        )
        raise InvalidData(message) from error


def _labelled(execution: Execution, bucket: str, day: date) -> int:
    key = locations.labels_key(day)
    data = execution.read(bucket, key)
    try:
        return len({label.id for label in LABELS.validate_python(orjson.loads(data))})
    except (ValidationError, orjson.JSONDecodeError) as error:
        message = (
            f"{uri(bucket, key)} is not a JSON list of {{id, isFraud}}: {error}. Deliver it again. "
            "Today's metrics were not written."
        )
        raise InvalidData(message) from error


def _present(days: Iterable[date], read: Callable[[date], Found]) -> list[Found]:
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        answers = pool.map(lambda day: _unless_missing(read, day), days)
        return [answer for answer in answers if answer is not None]


def _unless_missing(read: Callable[[date], Found], day: date) -> Found | None:
    try:
        return read(day)
    except NotFound:
        return None
