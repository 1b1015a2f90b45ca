"""Resources: what the pipelines expect is there, as in production."""

import pytest
from botocore.exceptions import ClientError

from foundation.aws import client
from local_aws.resources import buckets, create_resources


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
