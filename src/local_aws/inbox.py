"""Inbox: the messages that were published to a topic of the local AWS."""

import json
from dataclasses import dataclass
from typing import Any

from foundation.errors import Unavailable
from foundation.settings import Settings
from local_aws.health import send_request
from local_aws.resources import inbox_queue


@dataclass(frozen=True)
class InboxMessage:
    """A message as SNS delivered it; `sent_at` in ISO 8601."""

    message_id: str
    subject: str | None
    message: str
    sent_at: str
    attributes: dict[str, str]


def messages(settings: Settings, topic: str) -> list[InboxMessage]:
    """Read the messages to `topic` of the last 14 days, oldest first, and leave them there.

    Raises Unavailable when the local AWS is not running.
    """
    if settings.aws_endpoint_url is None:
        message = "The local AWS is not running. Start it with: ceap aws up. Nothing was read."
        raise Unavailable(message)
    queue = f"{settings.aws_endpoint_url}/{settings.account}/{inbox_queue(topic)}"
    # SQS itself can show a message only by receiving it.
    path = f"/_ministack/sqs/messages?account={settings.account}&QueueUrl={queue}"
    try:
        _, body = send_request(settings.aws_endpoint_url, "GET", path)
    except OSError as error:
        message = f"The local AWS does not answer: {error}. See: ceap aws status. Nothing was read."
        raise Unavailable(message) from error
    regions = json.loads(body)["messages"].get(settings.account, {})
    queues = regions.get(settings.region, {}).values()
    return [_message(json.loads(one["Body"])) for messages in queues for one in messages]


def _message(envelope: dict[str, Any]) -> InboxMessage:
    attributes = envelope.get("MessageAttributes") or {}
    return InboxMessage(
        message_id=envelope["MessageId"],
        subject=envelope.get("Subject"),
        message=envelope["Message"],
        sent_at=envelope["Timestamp"],
        attributes={name: str(value.get("Value")) for name, value in attributes.items()},
    )
