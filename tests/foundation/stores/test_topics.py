"""Topics: one contract over the fake, moto and the local AWS, read from the other end."""

import json
from collections.abc import Callable
from uuid import uuid4

import pytest

from fakes.ports.topic import FakeTopic
from foundation.aws import client
from foundation.errors import NotFound, ServiceRefused
from foundation.settings import Settings
from foundation.stores.topics import LARGEST_MESSAGE, Message, SnsTopic, Topic

Received = Callable[[], list[Message]]


@pytest.fixture(params=["fake", "moto_settings", "local_aws"])
def topic_and_inbox(request: pytest.FixtureRequest) -> tuple[Topic, Received]:
    if request.param == "fake":
        topic = FakeTopic()
        return topic, lambda: topic.delivered
    settings: Settings = request.getfixturevalue(request.param)
    name = f"topic-{uuid4()}"
    return SnsTopic(settings, name), subscribed(settings, name)


def subscribed(settings: Settings, name: str) -> Received:
    """Make a topic with one queue; return what reads the queue."""
    sns, sqs = client("sns", settings), client("sqs", settings)
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    topic = sns.create_topic(Name=name)["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=attributes["Attributes"]["QueueArn"])

    def received() -> list[Message]:
        answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        bodies = [json.loads(message["Body"]) for message in answer.get("Messages", [])]
        return [
            Message(
                subject=body["Subject"],
                body=body["Message"],
                attributes={k: v["Value"] for k, v in body["MessageAttributes"].items()},
            )
            for body in bodies
        ]

    return received


def test_a_subscriber_receives_subject_body_and_attributes(
    topic_and_inbox: tuple[Topic, Received],
) -> None:
    topic, received = topic_and_inbox
    message = Message(
        subject="2 transactions need review - 2026-11-21, highest score 0.998",
        body='{\n  "summary": "2 transactions — é ✓ \\ufffe"\n}\n',
        attributes={"messageId": "m-1", "batchDate": "2026-11-21"},
    )
    topic.publish(message)
    assert received() == [message]


def test_the_largest_message_that_we_send_is_taken(
    topic_and_inbox: tuple[Topic, Received],
) -> None:
    topic, received = topic_and_inbox
    empty = Message("large", "", {"messageId": "m-2"})
    message = Message("large", "x" * (LARGEST_MESSAGE - empty.size), {"messageId": "m-2"})
    assert message.size == LARGEST_MESSAGE
    topic.publish(message)
    assert [one.size for one in received()] == [LARGEST_MESSAGE]


@pytest.mark.parametrize("kind", ["fake", "moto_settings"])  # ministack takes any size
def test_a_larger_one_is_refused(kind: str, request: pytest.FixtureRequest) -> None:
    if kind == "fake":
        topic: Topic = FakeTopic()
    else:
        settings = request.getfixturevalue(kind)
        topic = SnsTopic(settings, settings.alerts_topic)
    with pytest.raises(ServiceRefused):
        topic.publish(Message("too large", "x" * (LARGEST_MESSAGE + 1), {"messageId": "m"}))


@pytest.mark.parametrize("kind", ["fake", "moto_settings", "local_aws"])
def test_a_missing_topic_is_not_found(kind: str, request: pytest.FixtureRequest) -> None:
    if kind == "fake":
        topic: Topic = FakeTopic(exists=False)
    else:
        topic = SnsTopic(request.getfixturevalue(kind), "nowhere")
    with pytest.raises(NotFound):
        topic.publish(Message("subject", "body", {"messageId": "m"}))
