"""CloudWatch metrics: one contract over the fake, moto and the local AWS."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from fakes.ports.metrics import FakeMetrics
from foundation.aws import client
from foundation.settings import Settings
from pipeline.services.metrics import NAMESPACE, CloudWatchMetrics, Metrics

NOW = datetime.now(UTC).replace(microsecond=0)
Seen = Callable[[str], list[float]]


@pytest.fixture(params=["fake", "moto_settings", "local_aws"])
def metrics_and_seen(request: pytest.FixtureRequest) -> tuple[Metrics, Seen]:
    if request.param == "fake":
        fake = FakeMetrics()
        return fake, lambda name: [value for _, value in fake.values.get(name, [])]
    settings: Settings = request.getfixturevalue(request.param)

    def seen(name: str) -> list[float]:
        answer = client("cloudwatch", settings).get_metric_statistics(
            Namespace=NAMESPACE,
            MetricName=name,
            StartTime=NOW - timedelta(hours=2),
            EndTime=NOW + timedelta(minutes=5),
            Period=86_400,
            Statistics=["Average"],
        )
        return [point["Average"] for point in answer["Datapoints"]]

    return CloudWatchMetrics(settings), seen


def test_each_value_is_seen_under_its_name(metrics_and_seen: tuple[Metrics, Seen]) -> None:
    metrics, seen = metrics_and_seen
    first, second = f"A{uuid4()}", f"B{uuid4()}"
    metrics.put({first: 0.125, second: 10_000.0}, NOW - timedelta(hours=1))
    assert (seen(first), seen(second)) == ([0.125], [10_000.0])
    assert seen("Nothing") == []
