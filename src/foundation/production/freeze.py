"""Freeze: the document that stops promotions and scheduled training, and its check."""

from datetime import datetime

from pydantic import ValidationError

from foundation import locations
from foundation.commands import lift_freeze
from foundation.errors import FraudDetectionError, InvalidData, NotFound
from foundation.locations import uri
from foundation.record import Record
from foundation.settings import Settings
from foundation.stores.object_store import ObjectReader

LIFT = lift_freeze()


class Freeze(Record):
    """Who stopped promotions and training, why, and since when."""

    reason: str
    by: str
    at: datetime

    def __str__(self) -> str:
        return f"frozen by {self.by} since {self.at:%Y-%m-%d %H:%M} UTC ({self.reason!r})"


class Frozen(FraudDetectionError):
    """Promotions and training are stopped; nothing was begun."""


def current_freeze(store: ObjectReader, settings: Settings) -> Freeze | None:
    """Read the freeze; None when there is none.

    Raises InvalidData for any other content: an unreadable freeze does not count as lifted.
    """
    bucket, key = settings.config_bucket, locations.FREEZE
    try:
        data = store.read(bucket, key)
    except NotFound:
        return None
    try:
        return Freeze.model_validate_json(data)
    except ValidationError as error:
        message = (
            f"{uri(bucket, key)} is there and is not a freeze as this version writes it: {error}. "
            f"It counts as one: nothing was begun. Lift it with: {LIFT}"
        )
        raise InvalidData(message) from error


def require_thawed(store: ObjectReader, settings: Settings, what: str) -> None:
    """Raise Frozen while production is frozen: `what` was not begun."""
    if freeze := current_freeze(store, settings):
        message = f"{what} was not begun: production is {freeze}. Once it may go on: {LIFT}"
        raise Frozen(message)
