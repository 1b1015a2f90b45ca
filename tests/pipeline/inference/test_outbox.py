"""A message is written before it is published, and published unchanged until it is recorded."""

import pytest

from fakes.data.scored_day import DAY
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from fakes.ports.topic import FakeTopic
from foundation.errors import NotFound
from pipeline.inference.alert_messages import Alert
from pipeline.inference.outbox import Outbox


def alert_of(body: str, *, execution_id: str = "a") -> Alert:
    return Alert(
        message_id="m-1",
        execution_id=execution_id,
        transactions=["t-1", "t-2"],
        subject="2 transactions need review",
        body=body,
        attributes={"messageId": "m-1"},
    )


@pytest.fixture
def outbox() -> Outbox:
    return Outbox(DAY, FakeObjectStore(), fake_settings())


def test_a_message_that_was_sent_is_recorded_with_its_transactions(outbox):
    topic = FakeTopic()
    outbox.send(alert_of("one"), topic)
    (sent,) = outbox.sent()
    assert (sent.message_id, sent.transactions) == ("m-1", ["t-1", "t-2"])
    assert [message.body for message in topic.delivered] == ["one"]
    assert outbox.unsent() == []


def test_every_message_of_the_day_can_be_read_whether_it_was_sent_or_not(outbox):
    outbox.send(alert_of("one"), FakeTopic())
    other = alert_of("two").model_copy(update={"message_id": "m-2"})
    with pytest.raises(NotFound):
        outbox.send(other, FakeTopic(exists=False))
    assert outbox.messages() == [alert_of("one"), other]


def test_a_message_that_could_not_be_published_waits_whole(outbox):
    with pytest.raises(NotFound):
        outbox.send(alert_of("one"), FakeTopic(exists=False))
    assert outbox.sent() == []
    assert outbox.unsent() == [alert_of("one")]


def test_the_first_wording_of_a_message_is_published_whoever_sends_it_again(outbox):
    topic = FakeTopic()
    with pytest.raises(NotFound):
        outbox.send(alert_of("one"), FakeTopic(exists=False))
    outbox.send(alert_of("another", execution_id="b"), topic)
    assert [message.body for message in topic.delivered] == ["one"]
    assert outbox.sent()[0].execution_id == "a"
