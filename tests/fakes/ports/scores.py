"""A scores table in memory, which can be busy."""

from collections.abc import Sequence
from datetime import date

from foundation.errors import NotFound, ServiceRefused
from pipeline.services.scores import BATCH, StoredScore


class FakeScoresTable:
    """DynamoDB in a dictionary.

    `busy` says of each write in turn how many of its items are left unprocessed (none when it runs
    out); `writes` counts the calls.
    """

    def __init__(self, *, busy: Sequence[int] = (), exists: bool = True) -> None:
        self.items: dict[tuple[str, str], StoredScore] = {}
        self.writes = 0
        self._busy, self._exists = iter(busy), exists

    def write(self, items: Sequence[StoredScore]) -> list[StoredScore]:
        self._require_table()
        keys = {(item.transaction_id, item.timestamp) for item in items}
        if not 1 <= len(items) <= BATCH or len(keys) < len(items):
            message = "Writing failed: ValidationException: 1 to 25 items with distinct keys"
            raise ServiceRefused(message)
        self.writes += 1
        processed = max(len(items) - next(self._busy, 0), 0)
        for item in items[:processed]:
            self.items[item.transaction_id, item.timestamp] = item
        return list(items[processed:])

    def riskiest(self, day: date, limit: int) -> list[StoredScore]:
        self._require_table()
        of_day = [item for item in self.items.values() if item.batch_date == str(day)]
        return sorted(of_day, key=lambda item: -item.fraud_score)[:limit]

    def of_transaction(self, transaction_id: str) -> list[StoredScore]:
        self._require_table()
        found = [item for key, item in self.items.items() if key[0] == transaction_id]
        return sorted(found, key=lambda item: item.timestamp)

    def _require_table(self) -> None:
        if not self._exists:
            message = "Writing to the DynamoDB table failed: ResourceNotFoundException"
            raise NotFound(message)
