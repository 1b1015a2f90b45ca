"""CloudWatch metrics in memory."""

from collections.abc import Mapping
from datetime import datetime


class FakeMetrics:
    """Keeps every value under its name, with its moment."""

    def __init__(self) -> None:
        self.values: dict[str, list[tuple[datetime, float]]] = {}

    def put(self, values: Mapping[str, float], at: datetime) -> None:
        for name, value in values.items():
            self.values.setdefault(name, []).append((at, value))
