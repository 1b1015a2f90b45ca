"""Inbox: every message to a topic stays there to be read, oldest first."""

import pytest

from foundation.aws import client
from foundation.errors import Unavailable
from foundation.settings import load_settings
from local_aws.inbox import messages
from local_aws.resources import topics


@pytest.mark.parametrize("position", [0, 1, 2])
def test_what_is_published_arrives_and_stays_in_the_inbox(standin_aws, position):
    topic = topics(standin_aws)[position]
    client("sns", standin_aws).publish(
        TopicArn=standin_aws.topic_arn(topic),
        Subject="3 risky transactions",
        Message="tx-1  0.97",
        MessageAttributes={"id": {"DataType": "String", "StringValue": "4f2c"}},
    )
    for _ in range(2):  # looking takes nothing out
        newest = messages(standin_aws, topic)[-1]
        assert (newest.subject, newest.message) == ("3 risky transactions", "tx-1  0.97")
        assert newest.attributes == {"id": "4f2c"}


def test_an_inbox_cannot_be_read_when_nothing_runs():
    settings = load_settings("local").model_copy(update={"aws_endpoint_url": None})
    with pytest.raises(Unavailable, match="ceap aws up"):
        messages(settings, settings.alerts_topic)


def test_an_inbox_of_a_local_aws_that_ended_is_unavailable():
    gone = {"aws_endpoint_url": "http://127.0.0.1:1"}
    settings = load_settings("local").model_copy(update=gone)
    with pytest.raises(Unavailable, match=r"does not answer: .* Nothing was read\."):
        messages(settings, settings.alerts_topic)
