"""Metrics: CloudWatch metrics of a day, for dashboards and alarms."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from foundation.aws import aws_errors, client
from foundation.settings import Settings

NAMESPACE = "FraudDetection"


class Metrics(Protocol):
    """Port of CloudWatch metrics."""

    def put(self, values: Mapping[str, float], at: datetime) -> None:
        """Record each named value at one moment."""
        ...


class CloudWatchMetrics:
    """Metrics of CloudWatch, in the namespace FraudDetection."""

    def __init__(self, settings: Settings) -> None:
        self._cloudwatch: Any = client("cloudwatch", settings)

    def put(self, values: Mapping[str, float], at: datetime) -> None:
        data = [
            {"MetricName": name, "Timestamp": at, "Value": value, "Unit": "None"}
            for name, value in values.items()
        ]
        with aws_errors(f"Putting CloudWatch metrics of {NAMESPACE}"):
            self._cloudwatch.put_metric_data(Namespace=NAMESPACE, MetricData=data)
