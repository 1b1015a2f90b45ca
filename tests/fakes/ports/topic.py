"""A topic in memory, which can be missing."""

from foundation.errors import NotFound, ServiceRefused
from foundation.stores.topics import LARGEST_MESSAGE, LONGEST_SUBJECT, Message


class FakeTopic:
    """SNS with one subscriber, who keeps every message in `delivered`."""

    def __init__(self, *, exists: bool = True) -> None:
        self.delivered: list[Message] = []
        self._exists = exists

    def publish(self, message: Message) -> None:
        if not self._exists:
            reason = "Publishing to the SNS topic failed: NotFound: Topic does not exist"
            raise NotFound(reason)
        if message.size > LARGEST_MESSAGE or len(message.subject) > LONGEST_SUBJECT:
            reason = f"Publishing failed: InvalidParameter: {message.size} bytes"
            raise ServiceRefused(reason)
        self.delivered.append(message)
