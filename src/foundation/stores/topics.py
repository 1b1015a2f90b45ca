"""Topics: messages to people, published to SNS; subscriptions are made elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from foundation.aws import aws_errors, client
from foundation.settings import Settings

LARGEST_MESSAGE = 262_144  # bytes, body and attributes together (a quota of SNS)
LONGEST_SUBJECT = 99  # characters; SNS wants less than 100, on one line


@dataclass(frozen=True)
class Message:
    """One notification. `attributes` are for machines: filters, and the id that marks a repeat."""

    subject: str
    body: str
    attributes: Mapping[str, str]

    @property
    def size(self) -> int:
        """Bytes, as SNS counts them and a little more."""
        texts = [self.subject, self.body]
        for name, value in self.attributes.items():
            texts += [name, "String", value]
        return sum(len(text.encode()) for text in texts)


class Topic(Protocol):
    """Port of one SNS topic. A missing topic is NotFound; a busy one Unavailable."""

    def publish(self, message: Message) -> None: ...


class SnsTopic:
    """One topic of SNS."""

    def __init__(self, settings: Settings, name: str) -> None:
        self._sns: Any = client("sns", settings)
        self._name, self._arn = name, settings.topic_arn(name)

    def publish(self, message: Message) -> None:
        attributes = {
            name: {"DataType": "String", "StringValue": value}
            for name, value in message.attributes.items()
        }
        with aws_errors(f"Publishing to the SNS topic {self._name}"):
            self._sns.publish(
                TopicArn=self._arn,
                Subject=message.subject,
                Message=message.body,
                MessageAttributes=attributes,
            )
