"""Resources: the buckets, table, topics and queues that the pipelines need."""

from collections.abc import Callable
from typing import Any

from foundation.aws import aws_errors, client
from foundation.settings import Settings

BATCH_DATE_INDEX = "BatchDateIndex"


def inbox_queue(topic: str) -> str:
    """Return the name of the queue that keeps every message to `topic` for people to read."""
    return f"{topic}-inbox"


def buckets(settings: Settings) -> tuple[str, ...]:
    return (
        settings.data_bucket,
        settings.workflow_bucket,
        settings.models_bucket,
        settings.config_bucket,
        settings.metrics_bucket,
    )


def topics(settings: Settings) -> tuple[str, ...]:
    return settings.alerts_topic, settings.monitoring_topic, settings.failures_topic


def resource_names(settings: Settings) -> dict[str, tuple[str, ...]]:
    return {
        "bucket": buckets(settings),
        "table": (settings.scores_table,),
        "topic": topics(settings),
        "queue": tuple(inbox_queue(topic) for topic in topics(settings)),
    }


def create_resources(settings: Settings) -> None:
    """Create the missing resources. Those that exist stay as they are, contents included."""
    with aws_errors("Creating the resources of the local AWS"):
        _create_buckets(settings)
        _create_table(settings)
        _create_topics(settings)


def _create_buckets(settings: Settings) -> None:
    s3 = client("s3", settings)
    elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": settings.region}}
    for bucket in buckets(settings):
        where: dict[str, Any] = {} if settings.region == "us-east-1" else elsewhere
        _create_unless_there(s3.create_bucket, "BucketAlreadyOwnedByYou", Bucket=bucket, **where)
    # Rollback and audit read earlier versions of the production configuration.
    s3.put_bucket_versioning(
        Bucket=settings.config_bucket, VersioningConfiguration={"Status": "Enabled"}
    )


def _create_table(settings: Settings) -> None:
    dynamodb = client("dynamodb", settings)
    _create_unless_there(
        dynamodb.create_table,
        "ResourceInUseException",
        TableName=settings.scores_table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "transactionId", "AttributeType": "S"},
            {"AttributeName": "timestamp", "AttributeType": "S"},
            {"AttributeName": "batchDate", "AttributeType": "S"},
            {"AttributeName": "fraudScore", "AttributeType": "N"},
        ],
        KeySchema=_key("transactionId", "timestamp"),
        GlobalSecondaryIndexes=[
            {
                "IndexName": BATCH_DATE_INDEX,
                "KeySchema": _key("batchDate", "fraudScore"),
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    dynamodb.update_continuous_backups(
        TableName=settings.scores_table,
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )


def _key(partition: str, order: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": order, "KeyType": "RANGE"},
    ]


def _create_topics(settings: Settings) -> None:
    sns, sqs = client("sns", settings), client("sqs", settings)
    for topic in topics(settings):
        topic_arn = sns.create_topic(Name=topic)["TopicArn"]
        sqs.create_queue(
            QueueName=inbox_queue(topic), Attributes={"MessageRetentionPeriod": str(14 * 24 * 3600)}
        )
        queue_arn = f"arn:aws:sqs:{settings.region}:{settings.account}:{inbox_queue(topic)}"
        sns.subscribe(
            TopicArn=topic_arn,
            Protocol="sqs",
            Endpoint=queue_arn,
        )


def _create_unless_there(create: Callable[..., Any], exists: str, **request: Any) -> None:
    from botocore.exceptions import ClientError

    try:
        create(**request)
    except ClientError as error:
        if error.response["Error"]["Code"] != exists:
            raise
