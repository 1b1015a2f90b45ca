"""Resources: what the pipelines expect is there, as in production."""

import pytest
from botocore.exceptions import ClientError

from foundation.aws import client
from foundation.errors import Unavailable
from foundation.settings import load_settings
from local_aws.inbox import messages
from local_aws.resources import buckets, create_resources, topics


def test_every_bucket_of_the_settings_is_there(standin_aws):
    listed = client("s3", standin_aws).list_buckets()["Buckets"]
    assert set(buckets(standin_aws)) <= {bucket["Name"] for bucket in listed}


def test_the_config_bucket_keeps_earlier_versions(standin_aws):
    versioning = client("s3", standin_aws).get_bucket_versioning(Bucket=standin_aws.config_bucket)
    assert versioning["Status"] == "Enabled"


def test_scores_of_a_day_are_found_riskiest_first_through_the_index(standin_aws):
    dynamodb = client("dynamodb", standin_aws)
    for name, score in (("low", "0.1"), ("high", "0.9"), ("medium", "0.6")):
        item = {
            "transactionId": {"S": name},
            "timestamp": {"S": "2026-11-21T09:30:00Z"},
            "batchDate": {"S": "2026-11-21"},
            "fraudScore": {"N": score},
        }
        dynamodb.put_item(TableName=standin_aws.scores_table, Item=item)
    found = dynamodb.query(
        TableName=standin_aws.scores_table,
        IndexName="BatchDateIndex",
        KeyConditionExpression="batchDate = :day",
        ExpressionAttributeValues={":day": {"S": "2026-11-21"}},
        ScanIndexForward=False,
    )
    assert [item["transactionId"]["S"] for item in found["Items"]] == ["high", "medium", "low"]


def test_the_table_is_on_demand_and_can_be_restored(standin_aws):
    dynamodb = client("dynamodb", standin_aws)
    table = dynamodb.describe_table(TableName=standin_aws.scores_table)["Table"]
    backups = dynamodb.describe_continuous_backups(TableName=standin_aws.scores_table)
    recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"


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


def test_a_topic_that_was_not_created_refuses_a_message(standin_aws):
    with pytest.raises(ClientError, match="NotFound"):
        client("sns", standin_aws).publish(
            TopicArn=standin_aws.topic_arn("nothing"), Message="lost"
        )


def test_creating_again_keeps_what_is_there(standin_aws):
    s3 = client("s3", standin_aws)
    s3.put_object(Bucket=standin_aws.data_bucket, Key="kept", Body=b"1")
    create_resources(standin_aws)
    assert s3.get_object(Bucket=standin_aws.data_bucket, Key="kept")["Body"].read() == b"1"
    sns = client("sns", standin_aws)
    topic = standin_aws.topic_arn(standin_aws.alerts_topic)
    assert len(sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]) == 1


def test_an_inbox_cannot_be_read_when_nothing_runs():
    settings = load_settings("local").model_copy(update={"aws_endpoint_url": None})
    with pytest.raises(Unavailable, match="ceap aws up"):
        messages(settings, settings.alerts_topic)
