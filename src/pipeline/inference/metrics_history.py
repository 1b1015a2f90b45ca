"""Metrics history: the metrics and labels of earlier days, the baseline of drift."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

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


@dataclass(frozen=True)
class EarlierDays(Generic[Found]):
    """What was read of earlier days, in order, and a sentence about each file that is damaged."""

    found: list[Found]
    damaged: list[str]


def read_history(execution: Execution, window_days: int) -> EarlierDays[DayMetrics]:
    """Read the metrics of the window before the execution's day, oldest first.

    Days without metrics are left out; metrics of the day itself, from an earlier run, are no
    history. A file that does not hold the metrics of a day is damaged, and left out too.
    """
    days = [execution.day - timedelta(days=age) for age in range(window_days, 0, -1)]
    bucket = execution.settings.metrics_bucket
    return _readable(days, lambda day: _metrics(execution, bucket, day))


def count_labels(execution: Execution, days: Iterable[date]) -> EarlierDays[tuple[date, int]]:
    """Count the labelled transactions of each day that has labels.

    A file that holds no labels is damaged: its day counts as one whose labels are not there yet.
    """
    bucket = execution.settings.data_bucket
    return _readable(days, lambda day: (day, _labelled(execution, bucket, day)))


def write_metrics(execution: Execution, today: DayMetrics) -> None:
    """Write the metrics of the day, for later days."""
    bucket, key = execution.settings.metrics_bucket, locations.metrics_key(today.day)
    execution.write(bucket, key, today.model_dump_json().encode())  # quantiles: a line each else


def _metrics(execution: Execution, bucket: str, day: date) -> DayMetrics:
    key = locations.metrics_key(day)
    data = execution.read(bucket, key)
    try:
        return DayMetrics.model_validate_json(data)
    except ValidationError as error:
        message = (
            f"{uri(bucket, key)} does not hold the metrics of a day ({_first_fault(error)}): the "
            f"baseline does without {day}. Restore the file, or remove it."
        )
        raise InvalidData(message) from error


def _labelled(execution: Execution, bucket: str, day: date) -> int:
    key = locations.labels_key(day)
    data = execution.read(bucket, key)
    try:
        return len({label.id for label in LABELS.validate_python(orjson.loads(data))})
    except (ValidationError, orjson.JSONDecodeError) as error:
        message = (
            f"{uri(bucket, key)} is not a JSON list of {{id, isFraud}} ({_first_fault(error)}): "
            f"{day} counts as a day without labels. Deliver the labels again."
        )
        raise InvalidData(message) from error


def _first_fault(error: ValueError) -> str:
    """Return the first fault of a file, in one line and without its content."""
    if not isinstance(error, ValidationError):
        return str(error)
    first, count = error.errors()[0], error.error_count()
    where = ".".join(map(str, first["loc"])) or "the file"
    more = f", and {count - 1:,} faults more" if count > 1 else ""
    return f"{where}: {first['msg']}{more}"


def _readable(days: Iterable[date], read: Callable[[date], Found]) -> EarlierDays[Found]:
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        answers = list(pool.map(lambda day: _unless_missing(read, day), days))
    damaged = [str(answer) for answer in answers if isinstance(answer, InvalidData)]
    found = [a for a in answers if a is not None and not isinstance(a, InvalidData)]
    return EarlierDays(found, damaged)


def _unless_missing(read: Callable[[date], Found], day: date) -> Found | InvalidData | None:
    try:
        return read(day)
    except NotFound:
        return None
    except InvalidData as damaged:
        return damaged
