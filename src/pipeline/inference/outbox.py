"""Outbox: the alert messages of a day that were written, and the records of those sent."""

from datetime import date

from foundation import locations
from foundation.errors import AlreadyExists
from foundation.record import Record
from foundation.settings import Settings
from foundation.stores.object_store import ObjectStore
from foundation.stores.topics import Topic
from pipeline.inference.alert_messages import Alert


class SentAlert(Record):
    """The record of a message that was published, with its transactions."""

    message_id: str
    execution_id: str
    transactions: list[str]


class Outbox:
    """The alert messages of one day, of every attempt and execution.

    A message is written whole, then published, then recorded as sent. A message that is written but
    not recorded may or may not have been published: it is published again, unchanged.
    """

    def __init__(self, day: date, store: ObjectStore, settings: Settings) -> None:
        self._day, self._store, self._bucket = day, store, settings.workflow_bucket

    def sent(self) -> list[SentAlert]:
        """Read the records of the messages that were sent."""
        keys = [locations.sent_alerts_key(self._day, name) for name in sorted(self._sent_names())]
        return [SentAlert.model_validate_json(self._store.read(self._bucket, key)) for key in keys]

    def messages(self) -> list[Alert]:
        """Read every message of the day that was written, of any execution."""
        return [self._read(name) for name in sorted(self._written_names())]

    def unsent(self) -> list[Alert]:
        """Read the messages that were written and not recorded as sent."""
        return [self._read(name) for name in sorted(self._written_names() - self._sent_names())]

    def send(self, alert: Alert, topic: Topic) -> None:
        """Write, publish and record a message; one that was written before stays unchanged."""
        standing = self._write_down(alert)
        topic.publish(standing.message)
        record = SentAlert(
            message_id=standing.message_id,
            execution_id=standing.execution_id,
            transactions=standing.transactions,
        )
        key = locations.sent_alerts_key(self._day, standing.message_id)
        self._store.write_once(self._bucket, key, record.to_json())

    def _write_down(self, alert: Alert) -> Alert:
        try:
            key = self._message_key(alert.message_id)
            self._store.write_once(self._bucket, key, alert.to_json())
        except AlreadyExists:
            # Another execution alerts these very transactions: its message is published.
            return self._read(alert.message_id)
        return alert

    def _read(self, name: str) -> Alert:
        return Alert.model_validate_json(self._store.read(self._bucket, self._message_key(name)))

    def _written_names(self) -> set[str]:
        return self._names(self._message_key("")[: -len(".json")])

    def _sent_names(self) -> set[str]:
        return self._names(locations.sent_alerts_key(self._day))

    def _names(self, prefix: str) -> set[str]:
        keys = self._store.keys(self._bucket, prefix)
        names = {key.removeprefix(prefix).removesuffix(".json") for key in keys}
        return {name for name in names if "/" not in name}

    def _message_key(self, name: str) -> str:
        return locations.sent_alerts_key(self._day, f"messages/{name}")
